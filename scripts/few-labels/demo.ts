// The demo scenario as a place to learn from few labels: true breakouts, marked a few seconds late, and another seed to test on.
import { HOUR } from '../../src/core/time.ts'
import { loadSymbolBookSlice, type BookSlice } from '../../src/market/book/book-slice.ts'
import { BookStore } from '../../src/market/book/book-store.ts'
import type { Breakout } from '../../src/market/demo/ground-truth.ts'
import { SecondBars } from '../../src/market-state/bars.ts'
import { sliceRange } from '../../src/training/data/training-data.ts'
import { annotate, marksOf } from '../scenario/annotate.ts'
import { recordBooks } from '../scenario/books.ts'
import { openScenarioMarket, type ScenarioMarket } from '../scenario/market.ts'
import { scoreCalls } from '../scenario/score.ts'
import type { TestPlace, TrainOptions, TrainingPlace, Venue } from './place.ts'

/** Test markets have other seeds than any training market, and than those of the scenario. */
const TEST_SEEDS = 5000
/** Before the annotated stretch, where the encoder is pre-trained: a market that somebody has followed since the day before. */
const STORED = 24 * HOUR

/**
 * @param breakouts true ones, and false ones, of the test
 * @param withBooks whether the test's order books are made, too
 */
export async function demoVenue(seed: number, breakouts: number, withBooks: boolean): Promise<Venue> {
  const market = openScenarioMarket({ seed: seed + TEST_SEEDS }, hasBoth(breakouts))
  return {
    test: await testOf(market, withBooks ? seed + TEST_SEEDS : null),
    train: (annotations, options) => trainOn(seed, annotations, options),
    close: () => market.close(),
  }
}

/** @param bookSeed of the market whose order books are wanted; null for none */
async function testOf(place: ScenarioMarket, bookSeed: number | null): Promise<TestPlace> {
  const slice = await place.reader.slice(place.market, sliceRange(place.stretch))
  const bars = await barsOf(place)
  const hours = hoursOf(place)
  return {
    slice,
    ...(bookSeed === null ? {} : { books: booksOf(place, bookSeed) }),
    bars,
    ranges: [place.stretch],
    hours,
    targets: place.breakouts.filter(({ genuine }) => genuine).length,
    score: (calls, holding) => {
      const { recall, precision, f1, falseCallsPerHour, netPct } = scoreCalls(calls, place.breakouts, {
        bars,
        hours,
        holding,
      })
      const known = (value: number) => (Number.isNaN(value) ? null : value)
      return {
        calls: calls.length,
        recall,
        precision: known(precision),
        f1,
        falseCallsPerHour,
        netPct: known(netPct),
      }
    },
  }
}

function booksOf(place: ScenarioMarket, seed: number): BookSlice {
  recordBooks(place, seed, place.stretch)
  return loadSymbolBookSlice(new BookStore(place.database.sqlite), place.market, place.stretch)
}

async function trainOn(
  seed: number,
  annotations: number,
  { model, pretraining = false }: TrainOptions = {},
): Promise<TrainingPlace> {
  const genuine = (all: readonly Breakout[]) => all.filter((breakout) => breakout.genuine).length
  const place = openScenarioMarket(
    { seed, stored: pretraining ? STORED : 0 },
    (all) => genuine(all) >= annotations,
  )
  if (model?.needs.includes('order_book') === true) recordBooks(place, seed, place.stretch)
  const data = await annotate(place, marksOf(place, await barsOf(place), seed), model, { pretraining })
  return { data, hours: hoursOf(place), close: () => place.close() }
}

function hasBoth(wanted: number) {
  return (breakouts: readonly Breakout[]): boolean => {
    const genuine = breakouts.filter((breakout) => breakout.genuine).length
    return genuine >= wanted && breakouts.length - genuine >= wanted
  }
}

async function barsOf(place: ScenarioMarket): Promise<SecondBars> {
  const range = sliceRange(place.stretch)
  return new SecondBars(await place.reader.slice(place.market, range), range)
}

function hoursOf({ stretch }: ScenarioMarket): number {
  return (stretch.to - stretch.from) / HOUR
}
