// No visible pattern looks ahead: whatever later candles are, and whether there are any, what was complete by then stays complete.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { completionsOf } from '../../../scripts/few-labels/patterns/pattern.ts'
import { PATTERNS } from '../../../scripts/few-labels/patterns/registry.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { columnsOf, type CandleTuple } from '../../../src/market/columns.ts'
import { Random } from '../../../src/training/data/random.ts'

const LENGTH = 220
const START = Date.parse('2024-03-04T08:00:00Z')

/** A random walk with quiet minutes, whose steps shrink and grow. */
function walk(seed: number): CandleTuple[] {
  const random = new Random(seed)
  let close = 100
  return Array.from({ length: LENGTH }, (_, i): CandleTuple => {
    const open = close
    const size = 0.02 + 0.1 * Math.abs(Math.sin(i / 40))
    const steps = Array.from({ length: 4 }, () => (close += size * (random.uniform() - 0.5)))
    return [
      START + i * MINUTE,
      open,
      Math.max(open, ...steps),
      Math.min(open, ...steps),
      close,
      100 * random.uniform(),
    ]
  }).filter(() => random.uniform() < 0.95)
}

it.each(PATTERNS)('$id', (pattern) => {
  let seen = 0
  const check = (seed: number, cut: number): void => {
    const rows = walk(seed)
    const now = START + cut * MINUTE
    const known = rows.filter(([open]) => open + MINUTE <= now)
    const other = walk(seed + 1).filter(([open]) => open + MINUTE > now)
    const upTo = (all: readonly CandleTuple[]) =>
      completionsOf(pattern, columnsOf(all)).filter(({ at }) => at <= now)
    const complete = upTo(rows)
    seen += complete.length
    expect(upTo(known)).toEqual(complete)
    expect(upTo([...known, ...other])).toEqual(complete)
  }
  const runs = fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 100, max: LENGTH }), check)
  fc.assert(runs, { numRuns: 3 })
  check(7, LENGTH)
  check(8, LENGTH - 1)
  expect(seen).toBeGreaterThan(0)
})
