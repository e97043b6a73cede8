// What a machine computes with. The same job gives the same bits on machines of one kind; on another a sum may be taken in another order.
import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'

export interface Machine {
  /** `linux-x64`. */
  readonly platform: string
  /** As the processor calls itself; for people. */
  readonly cpu: string
  /** Of the instructions that kernels are chosen by, those it has, in a fixed order; none where the system tells of none. */
  readonly features: readonly string[]
}

/** By these ONNX Runtime chooses its kernels, of x86 and of ARM. */
const CHOSEN_BY =
  'avx f16c fma avx2 avx_vnni avx512f avx512bw avx512dq avx512vl avx512_vnni avx512_bf16 amx_bf16 amx_int8 amx_tile asimd asimddp asimdhp i8mm bf16 sve sve2'.split(
    ' ',
  )

/** Of the machine that this process runs on. Linux alone tells of instructions; elsewhere the processor's name stands for them. */
export async function thisMachine(): Promise<Machine> {
  const cpu = cpus()[0]?.model.trim() ?? ''
  const told = await readFile('/proc/cpuinfo', 'utf8').catch(() => '')
  const platform = `${process.platform}-${process.arch}`
  return { platform, cpu: cpu === '' ? 'unknown' : cpu, features: featuresIn(told) }
}

/** Of the first processor that `/proc/cpuinfo` lists. */
export function featuresIn(cpuinfo: string): string[] {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? ''
  const has = new Set(line.trim().split(/\s+/))
  return CHOSEN_BY.filter((name) => has.has(name))
}

/** Machines of one kind give the same bits: `linux-x64 avx avx2 fma`, or the processor's name where it tells of no instructions. */
export function kindOf({ platform, cpu, features }: Machine): string {
  return [platform, ...(features.length === 0 ? [cpu] : features)].join(' ')
}
