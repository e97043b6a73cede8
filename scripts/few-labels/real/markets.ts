// The recorded markets in which visible patterns are looked for: days of real seconds with all timeframes, read from files.
import { at } from '../../../src/core/at.ts'
import { DAY, HOUR, MINUTE, epochMs, type EpochMs } from '../../../src/core/time.ts'
import { columnsOf } from '../../../src/market/columns.ts'
import type { MarketSlice, SliceSeries } from '../../../src/market/slice.ts'
import type { Market, TimeRange } from '../../../src/market/types.ts'
import { composed, hasCandles, readCandles, type Row } from '../candle-files.ts'

export interface RealMarket {
  /** As options and cells name it. */
  readonly id: string
  readonly name: string
  readonly about: string
  readonly market: Market
  /** Files of `candles/`, without their ending. */
  readonly files: { readonly seconds: string; readonly minutes: string; readonly hours: string }
  /** Its days, where the hours make them; their own file otherwise. */
  readonly days: string | null
  /** The recorded seconds; the first states are possible `WARM` after its begin. */
  readonly recorded: TimeRange
  /** Learnt from before, tested after: the middle of its trading hours. */
  readonly middle: EpochMs
}

/** A hundred candles of 1m, which the file of minutes may begin with. */
const WARM = 2 * HOUR
const HISTORY = 200

const day = (text: string) => epochMs(Date.parse(`${text}Z`))

export const REAL_MARKETS: readonly RealMarket[] = [
  {
    id: 'gold',
    name: 'Gold (XAU/USD)',
    about:
      'spot gold at Oanda, mid of bid and ask, 1 to 15 May 2014, 11 trading days; volume is the number of quotes',
    market: { venue: 'oanda', symbol: 'XAU/USD' },
    files: {
      seconds: 'oanda-XAUUSD-1s-2014-05-01',
      minutes: 'oanda-XAUUSD-1m-2014-05-01',
      hours: 'oanda-XAUUSD-1h',
    },
    days: 'oanda-XAUUSD-1d',
    recorded: { from: day('2014-05-01T00:00:00'), to: day('2014-05-16T00:00:00') },
    middle: day('2014-05-08T12:00:00'),
  },
  {
    id: 'spy',
    name: 'SPY',
    about:
      'the ETF on the S&P 500, trades of 7 to 11 October 2013, five sessions from 04:00 to 20:00 New York',
    market: { venue: 'usa', symbol: 'SPY/USD' },
    files: { seconds: 'usa-SPY-1s-2013-10', minutes: 'usa-SPY-1m-2013-10', hours: 'usa-SPY-1h' },
    days: null,
    recorded: { from: day('2013-10-07T08:00:00'), to: day('2013-10-12T00:00:00') },
    middle: day('2013-10-09T16:00:00'),
  },
]

/** @param folder of the recorded data */
export function hasMarket(folder: string, { files, days }: RealMarket): boolean {
  return [...Object.values(files), ...(days === null ? [] : [days])].every((name) => hasCandles(folder, name))
}

/** From when on every market state is possible. */
export function firstState({ recorded }: RealMarket): EpochMs {
  return epochMs(recorded.from + WARM)
}

/**
 * All of the market in memory, as an import with `--sparse` has it: an absent second of the recorded span is quiet. Days that no file
 * has on the grid are composed of the hours.
 */
export function realSlice(folder: string, { market, files, days, recorded }: RealMarket): MarketSlice {
  const { from, to } = recorded
  const back = (step: number): TimeRange => ({ from: epochMs(from - HISTORY * step), to })
  const seconds = readCandles(folder, files.seconds, recorded)
  const minutes = readCandles(folder, files.minutes, { from: epochMs(from - 10 * DAY), to })
  const hours = readCandles(folder, files.hours, back(DAY))
  const own = days === null ? composed(hours, DAY) : readCandles(folder, days, back(DAY))
  return {
    market,
    asOf: { from: epochMs(from + MINUTE), to },
    series: {
      '1s': seriesOf(seconds, to),
      '1m': seriesOf(minutes, to),
      '1h': seriesOf(hours, to),
      '1d': seriesOf(own, to),
    },
  }
}

function seriesOf(rows: readonly Row[], to: TimeRange['to']): SliceSeries {
  const first = epochMs(at(rows, 0)[0])
  return { candles: columnsOf(rows), covered: [{ from: first, to }], closeBefore: null, firstOpen: first }
}
