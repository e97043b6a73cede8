// Three recorded days of Coinbase BTC/USD with marks that a rule set: near chance is what to expect of any model.
import { at } from '../../src/core/at.ts'
import { DAY, HOUR, MINUTE, epochMs, floorTo, type EpochMs } from '../../src/core/time.ts'
import { columnsOf } from '../../src/market/columns.ts'
import type { MarketSlice, SliceSeries } from '../../src/market/slice.ts'
import type { TimeRange } from '../../src/market/types.ts'
import { labelSpan, type Mark } from '../../src/training/data/targets.ts'
import { sliceRange, stretchOf } from '../../src/training/data/training-data.ts'
import { BESIDE, composed, hasCandles, readCandles, type Row } from './candle-files.ts'
import { isWithin, testOn, trainingOn } from './marked-market.ts'
import type { TrainingPlace, Venue } from './place.ts'
import { tripleBarrierWinners } from './triple-barrier.ts'

const MARKET = { venue: 'coinbase', symbol: 'BTC/USD' }
const FROM = epochMs(Date.parse('2016-10-07T00:00:00Z'))
const TO = epochMs(Date.parse('2016-10-10T00:00:00Z'))
/** Trained on what comes before, tested on what comes after. */
const TEST_FROM = epochMs(TO - DAY)
/** 100 minutes are needed before the first state. */
const FIRST_STATE = epochMs(FROM + 2 * HOUR)

export const hasRecordedDays = hasCandles(BESIDE, 'coinbase-BTCUSD-1s')

export function recordedVenue(): Venue {
  const slice = recordedSlice()
  const train = { from: FIRST_STATE, to: TEST_FROM }
  const test = { from: TEST_FROM, to: epochMs(TO - HOUR) }
  const marks = tripleBarrierWinners(stretchOf(slice, { from: FIRST_STATE, to: TO }).bars)
  return {
    test: testOn(
      slice,
      marks.filter((mark) => isWithin(mark, test)),
      [test],
    ),
    train: (annotations) => {
      const own = marks.filter((mark) => isWithin(mark, train)).slice(0, annotations)
      return Promise.resolve(own.length < annotations ? null : trainOn(slice, own))
    },
    close: () => {},
  }
}

/** Reviewed from the first state to the end of the last mark. */
function trainOn(slice: MarketSlice, marks: readonly Mark[]): TrainingPlace {
  return trainingOn(slice, marks, [{ from: FIRST_STATE, to: floorTo(labelSpan(at(marks, -1)).to, MINUTE) }])
}

/**
 * Seconds, minutes and days are the recorded ones. Hours are recorded from 7 October on alone, so the hundred before them are
 * carved from the days: flat at each day's close. It is the same for all examples, and says nothing about what comes.
 */
function recordedSlice(): MarketSlice {
  const seconds = read('1s', FROM, TO)
  const minutes = read('1m', FROM, TO)
  const days = read('1d', epochMs(FROM - 200 * DAY), TO)
  const hours = [...flatHours(days), ...composed(minutes, HOUR)]
  const series = (rows: readonly Row[], covered: TimeRange): SliceSeries => ({
    candles: columnsOf(rows),
    covered: [covered],
    closeBefore: null,
    firstOpen: epochMs(rows[0]![0]),
  })
  const span = sliceRange({ from: FIRST_STATE, to: TO })
  return {
    market: MARKET,
    asOf: { from: epochMs(Math.max(span.from, FROM)), to: TO },
    series: {
      '1s': series(seconds, { from: FROM, to: TO }),
      '1m': series(minutes, { from: FROM, to: TO }),
      '1h': series(hours, { from: epochMs(FROM - 200 * HOUR), to: TO }),
      '1d': series(days, { from: epochMs(FROM - 200 * DAY), to: TO }),
    },
  }
}

function read(timeframe: string, from: EpochMs, to: EpochMs): Row[] {
  return readCandles(BESIDE, `coinbase-BTCUSD-${timeframe}`, { from, to })
}

function flatHours(days: readonly Row[]): Row[] {
  return days
    .filter(([open]) => open >= FROM - 10 * DAY && open < FROM)
    .flatMap(([open, , , , close]) =>
      Array.from({ length: 24 }, (_, i): Row => [open + i * HOUR, close, close, close, close, 0]),
    )
    .slice(-200)
}
