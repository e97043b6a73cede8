// Files of every kind that is read here, damaged: each is read to candles that are some, or refused in words, soon, and in little memory.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { effort, holds } from './effort.ts'
import { Reading } from './files/reading.ts'
import { candleFiles } from './files/samples/candles.ts'
import { bookFiles, messageFiles } from './files/samples/exchange.ts'
import { labelFiles } from './files/samples/labels.ts'
import { caseFile, checkpointFiles, onnxFiles, settingFiles, weightFiles } from './files/samples/own.ts'
import type { Sample } from './files/samples/sample.ts'
import {
  featherFiles,
  jsonFiles,
  jsonLineFiles,
  packedFiles,
  parquetFiles,
  parquetFixture,
} from './files/samples/tables.ts'
import { tradeFiles } from './files/samples/trades.ts'
import { mutation } from './mutate.ts'

const folder = mkdtempSync(join(tmpdir(), 'annotate-mutants-'))
const reading = new Reading()
afterAll(async () => {
  await reading.stop()
  rmSync(folder, { recursive: true, force: true })
})

const KINDS: Readonly<Record<string, () => Promise<readonly Sample[]> | readonly Sample[]>> = {
  'candles in CSV': () => candleFiles,
  'trades in CSV': () => tradeFiles,
  JSON: () => jsonFiles,
  'JSON Lines': () => jsonLineFiles,
  Parquet: async () => [...parquetFiles, await parquetFixture()],
  feather: featherFiles,
  'gzip and zip': () => packedFiles,
  'order books': () => bookFiles,
  'labels and lists of trades': () => labelFiles,
  'test cases': async () => [await caseFile()],
  checkpoints: checkpointFiles,
  'weights and stopped trainings': () => weightFiles,
  'ONNX with weights beside it': () => onnxFiles,
  'settings of exchanges': () => settingFiles,
  'messages of exchanges': () => messageFiles,
}

it.each(Object.entries(KINDS))(
  '%s: whole, they are read; damaged, they are read or refused, and nothing else',
  async (_kind, made) => {
    const samples = await made()
    for (const sample of samples)
      expect(await reading.outcomeOf(sample.parser, written(sample))).toMatchObject({
        fault: null,
        refused: null,
      })
    const mutant = fc.record({ of: fc.nat(samples.length - 1), change: mutation })
    const law = fc.asyncProperty(mutant, async ({ of, change }) => {
      const sample = samples[of]
      if (sample === undefined) return
      const bytes = change(sample.bytes)
      const { fault } = await reading.outcomeOf(sample.parser, written({ ...sample, bytes }))
      expect(
        fault === null ? null : { file: sample.file, fault, bytes: bytes.toString('latin1').slice(0, 2000) },
      ).toBeNull()
    })
    await holds(law, effort({ short: 60, long: 2_000 }))
  },
  3_600_000,
)

/** Where it lies, with what belongs beside it. */
function written({ file, bytes, beside = {} }: Sample): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  for (const [name, content] of Object.entries(beside)) writeFileSync(join(dirname(path), name), content)
  writeFileSync(path, bytes)
  return path
}
