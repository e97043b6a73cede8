// Whether COB RL learns what a book foretells: calls out of fold on planted, random and true entries of the simulated market.
import { bookTrial, type BookTrialKind } from '../scripts/scenario/book-trial.ts'
import type { Effort, Row } from './bench.ts'

export const title = 'COB RL: what its calls find out of fold (12 marks, 10 epochs, 3 folds)'
export const onRequest = true

const WORK = {
  full: { marks: 12, epochs: 10, folds: 3 },
  short: { marks: 2, epochs: 1, folds: 2, batchSize: 4 },
} as const

const KINDS: readonly (readonly [BookTrialKind, string])[] = [
  ['planted', 'entries at random, an imbalance planted before each'],
  ['random', 'the same entries, nothing planted'],
  ['breakouts', 'true breakouts, the market’s own book'],
]

export async function run(effort: Effort): Promise<Row[]> {
  const rows: Row[] = []
  for (const [kind, words] of effort === 'short' ? KINDS.slice(0, 1) : KINDS) {
    const { marks, hits, falseCalls, hours } = await bookTrial({ kind, seed: 7, ...WORK[effort] })
    const note = `${falseCalls} false calls in ${hours.toFixed(1)} hours`
    rows.push({ name: words, value: hits, unit: `of ${marks} found`, note })
  }
  return rows
}
