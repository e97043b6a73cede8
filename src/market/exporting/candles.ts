// Candles of one market and timeframe into a file: Parquet, feather or CSV, with freqtrade's columns, so that importing it gives them back.
import { writeFileWhole } from '../../core/files.ts'
import { AppError } from '../../core/errors.ts'
import type { EpochMs } from '../../core/time.ts'
import { at } from '../../core/at.ts'
import type { Gap } from '../gap.ts'
import type { MarketReader } from '../provider.ts'
import { durationOf, type Timeframe } from '../timeframe.ts'
import type { Candle, Market } from '../types.ts'
import { featherBytes } from './feather.ts'
import { parquetBytes } from './parquet.ts'
import type { OutTable } from './table.ts'

export const CANDLE_FORMATS = ['parquet', 'feather', 'csv'] as const
export type CandleFormat = (typeof CANDLE_FORMATS)[number]

export interface CandleExportOptions {
  readonly reader: MarketReader
  readonly market: Market
  readonly timeframe: Timeframe
  /** from ≤ open < to; without them, all that is stored. */
  readonly from?: EpochMs
  readonly to?: EpochMs
  /** Candles that close later are left out. */
  readonly asOf: EpochMs
  readonly path: string
  readonly format: CandleFormat
}

export interface CandleExportReport {
  readonly path: string
  readonly format: CandleFormat
  readonly market: Market
  readonly timeframe: Timeframe
  readonly rows: number
  /** Stretches inside that have no candles: left out of the file. */
  readonly gaps: readonly Gap[]
}

const PAGE = 50_000
/** What fits in memory beside the file's bytes. */
const MOST_ROWS = 10_000_000

/**
 * Closed candles, quiet ones filled as charts show them, gaps left out.
 * @throws AppError `no_candles` where nothing is stored in that span, `too_many_candles`
 */
export async function exportCandles(options: CandleExportOptions): Promise<CandleExportReport> {
  const { market, timeframe, path, format } = options
  const { candles, gaps } = await read(options)
  await writeFileWhole(path, await bytesOf(format, tableOf(market, timeframe, candles)))
  return { path, format, market, timeframe, rows: candles.length, gaps }
}

async function read({ reader, market, timeframe, from, to, asOf }: CandleExportOptions) {
  const stored = await reader.stored(market, timeframe)
  const candles: Candle[] = []
  const gaps: Gap[] = []
  let start = Math.max(from ?? 0, stored?.from ?? 0)
  const end = Math.min(to ?? Number.MAX_SAFE_INTEGER, stored?.to ?? 0)
  while (start < end) {
    const request = { market, timeframe, limit: PAGE, asOf, forming: false }
    const page = await reader.candles({ ...request, from: start as EpochMs, to: end as EpochMs })
    for (const candle of page.candles) candles.push(candle)
    gaps.push(...page.gaps)
    if (candles.length > MOST_ROWS) throw tooMany()
    const last = page.candles.at(-1)
    if (last === undefined || page.candles.length < PAGE) break
    start = last.openTime + durationOf(timeframe)
  }
  if (candles.length === 0) throw nothingThere(market, timeframe)
  return { candles, gaps }
}

function tableOf({ venue, symbol }: Market, timeframe: Timeframe, candles: readonly Candle[]): OutTable {
  const column = (name: 'open' | 'high' | 'low' | 'close' | 'volume') => ({
    name,
    kind: 'number' as const,
    values: candles.map((candle) => candle[name]),
  })
  const date = { name: 'date', kind: 'instant' as const, values: candles.map(({ openTime }) => openTime) }
  return {
    columns: [date, column('open'), column('high'), column('low'), column('close'), column('volume')],
    about: { venue, symbol, timeframe },
  }
}

async function bytesOf(format: CandleFormat, table: OutTable): Promise<Uint8Array | string> {
  switch (format) {
    case 'parquet':
      return parquetBytes(table)
    case 'feather':
      return featherBytes(table)
    case 'csv':
      return csvOf(table)
  }
}

function csvOf({ columns }: OutTable): string {
  const rows = Array.from({ length: at(columns, 0).values.length }, (_, index) =>
    columns.map(({ values }) => values[index]).join(','),
  )
  return `${['open_time_ms', ...columns.slice(1).map(({ name }) => name)].join(',')}\n${rows.join('\n')}\n`
}

function nothingThere({ venue, symbol }: Market, timeframe: Timeframe): AppError {
  return new AppError(
    'no_candles',
    `There are no closed ${timeframe} candles of ${symbol} on ${venue} in that span. Import them first, or choose another span with --from and --to.`,
    { status: 404 },
  )
}

function tooMany(): AppError {
  return new AppError(
    'too_many_candles',
    `These are more than ${MOST_ROWS} candles, which one file does not take: export them in parts with --from and --to.`,
  )
}
