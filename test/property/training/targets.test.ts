// Targets against the design's sentences, second by second, for random marks and reviewed spans.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SECOND, epochMs, type EpochMs } from '../../../src/core/time.ts'
import { Targets, type Mark, type Target } from '../../../src/training/data/targets.ts'

const BASE = 1_700_000_000_000
const at = (second: number): EpochMs => epochMs(BASE + second * SECOND)

const marks = fc
  .array(
    fc.record({
      entry: fc.integer({ min: 0, max: 500 }),
      holding: fc.integer({ min: 1, max: 400 }),
      direction: fc.constantFrom('LONG', 'SHORT'),
      trained: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .map((all) =>
    all.map(({ entry, holding, direction, trained }, id): Mark => ({
      id: String(id),
      direction,
      entry: at(entry),
      exit: at(entry + holding),
      entryPrice: 100,
      exitPrice: direction === 'LONG' ? 104 : 96,
      trained,
    })),
  )
const spans = fc
  .array(fc.tuple(fc.integer({ min: -100, max: 900 }), fc.integer({ min: 1, max: 300 })), { maxLength: 3 })
  .map((all) => all.map(([from, length]) => ({ from: at(from), to: at(from + length) })))
/** A price path: the close known as of each second. */
const closes = fc.array(fc.integer({ min: 97, max: 103 }), { minLength: 1000, maxLength: 1000 })

describe('targets', () => {
  it('are what the design says of every second', () => {
    fc.assert(
      fc.property(marks, spans, closes, (all, reviewed, path) => {
        const closeAt = (instant: EpochMs) => path[(instant - BASE) / SECOND] ?? Number.NaN
        const targets = new Targets(all, reviewed, closeAt)
        for (let second = -150; second < 1300; second++) {
          const expected = spelledOut(at(second), all, reviewed, closeAt)
          if (targets.at(at(second)) !== expected) {
            expect({ second, target: targets.at(at(second)) }).toEqual({ second, target: expected })
          }
        }
      }),
      { numRuns: 60 },
    )
  })
  it('come in disjoint ascending segments', () => {
    fc.assert(
      fc.property(marks, spans, (all, reviewed) => {
        const { segments } = new Targets(all, reviewed, () => 100)
        for (const [i, { from, to }] of segments.entries()) {
          expect(from).toBeLessThan(to)
          if (i > 0) expect(segments[i - 1]!.to).toBeLessThanOrEqual(from)
        }
      }),
    )
  })
})

type CloseAt = (instant: EpochMs) => number

/** The rules one by one, with no thought for speed. */
function spelledOut(
  s: EpochMs,
  all: readonly Mark[],
  reviewed: readonly { from: number; to: number }[],
  closeAt: CloseAt,
): Target {
  const zone = all.find((mark) => inZone(s, mark, closeAt) && !contested(mark, all, closeAt))
  if (zone !== undefined) return zone.direction === 'LONG' ? 'BUY' : 'SELL'
  if (all.some((mark) => inZone(s, mark, closeAt) || isNeutral(s, mark))) return 'neutral'
  const late = all.some((mark) => {
    const z = zOf(mark)
    return mark.trained && s >= mark.entry + 3 * z && s < mark.exit - z
  })
  return late || reviewed.some(({ from, to }) => s >= from && s < to) ? 'HOLD' : 'unlabelled'
}

function zOf(mark: Mark): number {
  return Math.max(3 * SECOND, Math.min(30 * SECOND, 0.1 * (mark.exit - mark.entry)))
}

function inZone(s: EpochMs, mark: Mark, closeAt: CloseAt): boolean {
  if (!mark.trained || s < mark.entry || s >= mark.entry + zOf(mark)) return false
  for (let t = mark.entry + SECOND; t <= s; t += SECOND) {
    const run = closeAt(epochMs(t)) - mark.entryPrice
    if ((mark.direction === 'LONG' ? run : -run) >= 1) return false
  }
  return true
}

function contested(mark: Mark, all: readonly Mark[], closeAt: CloseAt): boolean {
  return all.some((other) => {
    if (other.direction === mark.direction || !other.trained) return false
    for (let s = mark.entry; s < mark.entry + zOf(mark); s = epochMs(s + SECOND / 10)) {
      const second = epochMs(Math.floor(s / SECOND) * SECOND)
      const touches = s >= other.entry && s < other.entry + zOf(other)
      if (touches && inZone(second, mark, closeAt) && inZone(second, other, closeAt)) return true
    }
    return false
  })
}

function isNeutral(s: EpochMs, mark: Mark): boolean {
  const z = zOf(mark)
  if (!mark.trained) return s >= mark.entry - z && s <= mark.exit + z
  const aroundZone = s >= mark.entry - z && s < mark.entry + 3 * z
  return aroundZone || (s >= mark.exit - z && s <= mark.exit + z)
}
