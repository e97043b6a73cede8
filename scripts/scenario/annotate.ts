// A trader who knows: marks the true breakouts of a stretch a few seconds late, and says that the stretch is reviewed.
import { Annotations } from '../../src/annotation/annotations.ts'
import { RejectedHolds } from '../../src/annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../src/annotation/reviewed-spans.ts'
import { TestCases } from '../../src/annotation/test-cases.ts'
import { systemClock } from '../../src/core/clock.ts'
import { MINUTE, SECOND, ceilTo, epochMs, floorTo, toIso, type EpochMs } from '../../src/core/time.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import type { Breakout } from '../../src/market/demo/ground-truth.ts'
import type { TimeRange } from '../../src/market/types.ts'
import type { SecondBars } from '../../src/market-state/bars.ts'
import { loadTrainingData, type LoadOptions } from '../../src/training/data/load-data.ts'
import type { ModelNeeds } from '../../src/training/data/sources.ts'
import type { TrainingData } from '../../src/training/data/training-data.ts'
import { Random } from '../../src/training/data/random.ts'
import type { ScenarioMarket } from './market.ts'

/** Seconds from the first trade beyond the range to the entry. */
const DELAY = { from: 5, to: 20 }
const STREAM = 77

export interface Mark {
  readonly direction: 'LONG' | 'SHORT'
  readonly entry: EpochMs
  readonly exit: EpochMs
  readonly entryPrice: number
  readonly exitPrice: number
}

/** Entry 5–20 s (seeded) after the start at the last close; exit at the best close until the move is over. */
export function marksOf(place: ScenarioMarket, bars: SecondBars, seed: number): Mark[] {
  const random = new Random(seed, STREAM)
  return place.breakouts
    .filter(({ genuine }) => genuine)
    .map((breakout) => {
      const delay = DELAY.from + random.below(DELAY.to - DELAY.from + 1)
      return markFrom(bars, breakout, epochMs(floorTo(breakout.start, SECOND) + delay * SECOND))
    })
}

/** The control: as many marks of the same directions and lengths, at seconds that mean nothing. Their profit is what it is. */
export function randomMarks(place: ScenarioMarket, bars: SecondBars, seed: number): Mark[] {
  const random = new Random(seed, STREAM + 1)
  const seconds = (place.stretch.to - place.stretch.from) / SECOND
  return marksOf(place, bars, seed).map(({ entry, exit }) => {
    const holding = exit - entry
    const at = epochMs(place.stretch.from + random.below(seconds - holding / SECOND) * SECOND)
    const [entryPrice, exitPrice] = [bars.closeAt(at), bars.closeAt(epochMs(at + holding))]
    // A trader only marks what paid; the side is whichever did.
    const direction = exitPrice >= entryPrice ? 'LONG' : 'SHORT'
    return { direction, entry: at, exit: epochMs(at + holding), entryPrice, exitPrice }
  })
}

function markFrom(bars: SecondBars, { direction, end }: Breakout, entry: EpochMs): Mark {
  const sign = direction === 'UP' ? 1 : -1
  let exit = epochMs(entry + SECOND)
  for (let at = entry + SECOND; at <= ceilTo(end, SECOND); at += SECOND) {
    if (sign * (bars.closeAt(epochMs(at)) - bars.closeAt(exit)) > 0) exit = epochMs(at)
  }
  return {
    direction: direction === 'UP' ? 'LONG' : 'SHORT',
    entry,
    exit,
    entryPrice: bars.closeAt(entry),
    exitPrice: bars.closeAt(exit),
  }
}

/** What a trader has looked through: all of a stretch but its last minute. */
function wholeOf({ stretch: { from, to } }: ScenarioMarket): TimeRange[] {
  return [{ from, to: epochMs(to - MINUTE) }]
}

/** Saves the marks as annotations, what is `reviewed` (by default the whole stretch), and reads back what training reads. */
export async function annotate(
  place: ScenarioMarket,
  marks: readonly Mark[],
  model?: ModelNeeds,
  options?: LoadOptions,
  reviewed: readonly TimeRange[] = wholeOf(place),
): Promise<TrainingData> {
  const { database, workspace, reader } = place
  const books = new BookStore(database.sqlite)
  const parts = { database, workspace, reader, books, clock: systemClock }
  const annotations = new Annotations(parts)
  const reviewedSpans = new ReviewedSpans(parts)
  const { symbol } = place.market
  for (const { direction, entry, exit, entryPrice, exitPrice } of marks) {
    const legs = {
      entry: { timestamp: toIso(entry), price: entryPrice },
      exit: { timestamp: toIso(exit), price: exitPrice },
    }
    await annotations.create({ symbol, direction, ...legs }, place.market)
  }
  for (const { from, to } of reviewed)
    await reviewedSpans.create({ symbol, from: toIso(from), to: toIso(to) }, place.market)
  const testCases = new TestCases(parts)
  const rejectedHolds = new RejectedHolds(parts)
  return loadTrainingData(
    { annotations, testCases, reviewedSpans, rejectedHolds, reader, books, folder: workspace.testCases },
    { symbol },
    model,
    options,
  )
}
