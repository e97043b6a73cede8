// Which of Binance's public dump files hold a stretch: months where the whole month is wanted, else days.
import { DAY, floorTo, type EpochMs } from '../../../core/time.ts'
import { rangeOf } from '../../ranges.ts'
import type { Timeframe } from '../../timeframe.ts'
import type { TimeRange } from '../../types.ts'
import type { CcxtMarket } from '../ccxt.ts'

/** https://github.com/binance/binance-public-data: where the files lie, and how they are called. */
export const DUMPS = 'https://data.binance.vision'

/** Folder of an exchange's dumps by its ccxt id. */
const FOLDERS: Readonly<Record<string, { spot: string; contract: string }>> = {
  binance: { spot: 'spot', contract: 'futures/um' },
  binanceusdm: { spot: 'futures/um', contract: 'futures/um' },
}

export interface DumpFile {
  /** `ETHUSDT-1m-2024-08.zip` */
  readonly name: string
  /** Below the base address. */
  readonly path: string
  readonly range: TimeRange
  /** The days of a month's file, where that does not exist yet; none of a day's. */
  readonly days: readonly DumpFile[]
}

export interface DumpRequest {
  /** ccxt's id. */
  readonly exchange: string
  readonly market: Pick<CcxtMarket, 'id' | 'contract'>
  /** Candles of a timeframe, or aggregate trades: what the venue is streamed by. */
  readonly what: Timeframe | 'aggTrades'
}

export function hasDumps(exchange: string): boolean {
  return FOLDERS[exchange] !== undefined
}

/** Files that hold what `wanted` overlaps, ascending; of days that are over at `now` alone. */
export function dumpFiles(request: DumpRequest, wanted: TimeRange, now: EpochMs): DumpFile[] {
  const end = Math.min(wanted.to, floorTo(now, DAY))
  const files: DumpFile[] = []
  for (let day: number = floorTo(wanted.from, DAY); day < end;) {
    const month = monthOf(day)
    const isWhole = wanted.from <= month.from && month.to <= end
    if (isWhole) files.push({ ...fileOf(request, month, 7), days: daysOf(request, month) })
    else files.push({ ...fileOf(request, rangeOf(day, day + DAY), 10), days: [] })
    day = isWhole ? month.to : day + DAY
  }
  return files
}

function daysOf(request: DumpRequest, { from, to }: TimeRange): DumpFile[] {
  const days: DumpFile[] = []
  for (let day: number = from; day < to; day += DAY) {
    days.push({ ...fileOf(request, rangeOf(day, day + DAY), 10), days: [] })
  }
  return days
}

/** `digits` of the ISO date: 7 is a month, 10 a day. */
function fileOf(
  { exchange, market, what }: DumpRequest,
  range: TimeRange,
  digits: 7 | 10,
): Omit<DumpFile, 'days'> {
  const folders = FOLDERS[exchange]
  if (folders === undefined) throw new RangeError(`there are no dumps of ${exchange}`)
  const folder = `data/${market.contract ? folders.contract : folders.spot}/${digits === 7 ? 'monthly' : 'daily'}`
  const name = `${market.id}-${what}-${new Date(range.from).toISOString().slice(0, digits)}.zip`
  const kind = what === 'aggTrades' ? `aggTrades/${market.id}` : `klines/${market.id}/${what}`
  return { name, path: `${folder}/${kind}/${name}`, range }
}

function monthOf(day: number): TimeRange {
  const date = new Date(day)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return rangeOf(Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1))
}
