// Candles of a few minutes as text: with a header and without, as exchanges, brokers and programs write them.
import { rows, T0, text, type Sample } from './sample.ts'

export interface Row {
  readonly time: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

export const candleRows: readonly Row[] = rows((n) => ({
  time: T0 + n * 60_000,
  open: (240_000 + n * 7) / 100,
  high: (240_020 + n * 7) / 100,
  low: (239_980 + n * 7) / 100,
  close: (240_010 + n * 7) / 100,
  volume: 5 + n / 4,
}))

const prices = ({ open, high, low, close }: Row): string => [open, high, low, close].join(',')
const iso = ({ time }: Row): string => new Date(time).toISOString()
const clock = (row: Row): string => iso(row).slice(11, 19)
const dotted = (row: Row): string => iso(row).slice(0, 10).replaceAll('-', '.')
const each = (of: (row: Row) => string): string[] => candleRows.map(of)

const csv = (lines: readonly string[], end?: string): Sample => ({
  parser: 'candles',
  file: 'candles.csv',
  bytes: text(lines, end),
})
const local = (lines: readonly string[]): Sample => ({ ...csv(lines), parser: 'candles without zone' })

export const candleFiles: readonly Sample[] = [
  csv([
    'open_time_ms,open,high,low,close,volume',
    ...each((row) => `${row.time},${prices(row)},${row.volume}`),
  ]),
  csv(each((row) => `${row.time},${prices(row)},${row.volume},${row.time + 59_999},12.5,3,1.0,2.0,0`)),
  csv(
    each((row) => `${row.time / 1000},${prices(row)},${row.volume},7`),
    '\r\n',
  ),
  csv([
    'https://www.CryptoDataDownload.com',
    'unix,date,symbol,open,high,low,close,Volume ETH,Volume USDT,tradecount',
    ...each((row) => `${row.time},${iso(row)},ETH/USDT,${prices(row)},${row.volume},12000,3`).toReversed(),
  ]),
  csv([
    'time;open;high;low;close;volume',
    ...each((row) => `${row.time};${prices(row)};${row.volume}`.replaceAll(',', ';').replaceAll('.', ',')),
  ]),
  csv([
    'time,open,high,low,close,volume',
    ...each((row) => `"${iso(row)}","${row.open}",${row.high},${row.low},${row.close},"${row.volume}"`),
  ]),
  local([
    '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>',
    ...each((row) =>
      [dotted(row), clock(row), prices(row).replaceAll(',', '\t'), row.volume, 0, 2].join('\t'),
    ),
  ]),
  local([
    'Gmt time,Open,High,Low,Close,Volume',
    ...each((row) => `09.08.2024 ${clock(row)}.000,${prices(row)},${row.volume}`),
  ]),
  local(each((row) => `${dotted(row)},${clock(row).slice(0, 5)},${prices(row)},${row.volume}`)),
]
