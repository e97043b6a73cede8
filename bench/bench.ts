// What a bench is: a module beside this one that exports a `title` and a `run` that measures and returns rows; and which there are.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** They form the table. */
const NO_BENCHES = new Set(['run.ts', 'bench.ts', 'table.ts'])

/** By their files, in the order of letters. */
export function benchNames(): string[] {
  return readdirSync(fileURLToPath(new URL('.', import.meta.url)))
    .filter((file) => file.endsWith('.ts') && !NO_BENCHES.has(file))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
}

/** One line of the table. */
export interface Row {
  readonly name: string
  readonly value: number
  /** Of `value` and of the peer's: `trades/s`, `ms`. */
  readonly unit: string
  /** The same work by something else on the same machine. */
  readonly peer?: { readonly name: string; readonly value: number }
  /** Ours against the peer's, more is better; default: by the unit (per second: ours/peer's; times: peer's/ours). */
  readonly ratio?: number
  /** What the figure must be read with: a size, a count, why a peer is missing. */
  readonly note?: string
}

/** `full` measures. `short` goes the same way with the least work, to see that it comes to its end: its figures mean nothing. */
export type Effort = 'full' | 'short'

export interface Bench {
  readonly title: string
  /** Takes minutes: runs in full only when asked for by name. */
  readonly onRequest?: boolean
  run(effort: Effort): Promise<Row[]>
}
