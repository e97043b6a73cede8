// Which kind of labels a file holds, by its content, and each kind by its own reader.
import type { Market } from '../../market/types.ts'
import type { FileBytes } from '../../market/importing/file-bytes.ts'
import { formatOf } from '../../market/importing/formats.ts'
import { fillColumns, labelsOfFills } from './fills.ts'
import { labelStudioLabels } from './label-studio.ts'
import { RefusedLabelError, type Zone } from './label-times.ts'
import type { Label, LabelFile, RefusedLabel } from './label.ts'
import { columnarRows, csvRows, noMarks, objectRows, plainName, type Row, type Rows } from './rows.ts'
import { cellOf, tradeColumns, tradeLabel } from './trade-list.ts'
import { isTrainset, trainsetLabels } from './trainset.ts'

/** `annotations`: our own export. `trades`: a list of closed trades. `fills`: of fills, put together to trades. */
export type LabelFormat = 'label-studio' | 'trainset' | 'annotations' | 'trades' | 'fills'

export type LabelsRead = LabelFile & { readonly format: LabelFormat }

/** All of a file but a CSV's is held at once. */
const LIMIT = 2 ** 28

/** @throws AppError `unreadable_file`, `unknown_format`, `bad_header`, `file_too_large` */
export async function readLabels(file: FileBytes, market: Market, zone: Zone): Promise<LabelsRead> {
  const format = await formatOf(file)
  if (format === 'parquet' || format === 'feather')
    return ofRows(await columnarRows(file, format), market, zone)
  if (format === 'csv') {
    if (isTrainset(await headerOf(file))) return { format: 'trainset', ...(await trainsetLabels(file, zone)) }
    return ofRows(csvRows(file, new TextDecoder().decode(await file.whole(LIMIT))), market, zone)
  }
  const json = parsed(file, await file.whole(LIMIT))
  const objects = marksIn(json)
  if (objects !== null) return ofRows(objectRows(objects), market, zone)
  return { format: 'label-studio', ...labelStudioLabels(file.path, json, market, zone) }
}

/** The names in the first line; the file is read from its start again. */
async function headerOf(file: FileBytes): Promise<string[]> {
  const text = new TextDecoder().decode(await file.head())
  const line = /\S[^\r\n]*/.exec(text.replace(/^\uFEFF/, ''))?.[0] ?? ''
  return line.split(/[,;\t]/).map(plainName)
}

function parsed(file: FileBytes, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw file.unreadable(error)
  }
}

type Json = Readonly<Record<string, unknown>>

/** Our own export, or freqtrade's trades, or a list of trades as objects; null where it is none of them. */
function marksIn(json: unknown): readonly Json[] | null {
  if (Array.isArray(json)) return json.length > 0 && json.every(isMark) ? json : null
  if (!isObject(json)) return null
  const { annotations, trades, strategy } = json
  for (const list of [annotations, trades])
    if (Array.isArray(list) && list.length > 0 && list.every(isMark)) return list
  if (!isObject(strategy)) return null
  const lists = Object.values(strategy).map((each) => (isObject(each) ? each['trades'] : null))
  const all: unknown[] = lists.flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []))
  return all.length > 0 && all.every(isMark) ? all : null
}

function isMark(value: unknown): value is Json {
  if (!isObject(value)) return false
  const rows = objectRows([value])
  return tradeColumns({ ...rows, header: [...rows.header, 'exit_time', 'exit_price'] }) !== null
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function ofRows(rows: Rows, market: Market, zone: Zone): LabelsRead {
  const trades = tradeColumns(rows)
  if (trades !== null) {
    const own = rows.header.includes('test_case_id')
    const standing = rows.rows.filter((row) => cellOf(row, trades)('deleted') === '')
    const sorted = sort({ ...rows, rows: standing }, market, trades)
    return { format: own ? 'annotations' : 'trades', ...sorted, ...tradesOf(sorted.here, rows, trades, zone) }
  }
  const fills = fillColumns(rows)
  if (fills === null) throw noMarks(rows.header)
  const sorted = sort(rows, market, fills)
  return { format: 'fills', ...sorted, ...labelsOfFills(sorted.here, fills, rows.decimalComma, zone) }
}

function tradesOf(
  here: readonly Row[],
  { decimalComma }: Rows,
  places: NonNullable<ReturnType<typeof tradeColumns>>,
  zone: Zone,
): { labels: Label[]; refused: RefusedLabel[] } {
  const labels: Label[] = []
  const refused: RefusedLabel[] = []
  for (const row of here) {
    try {
      labels.push(tradeLabel(row, cellOf(row, places), decimalComma, zone))
    } catch (error) {
      if (!(error instanceof RefusedLabelError)) throw error
      refused.push({ line: row.line, reason: error.message })
    }
  }
  return { labels, refused }
}

interface Sorted {
  readonly here: readonly Row[]
  readonly elsewhere: number
  readonly otherSymbols: readonly string[]
}

/** Rows that name no market are of the one asked for. */
function sort({ rows }: Rows, market: Market, places: Readonly<{ symbol: number; venue?: number }>): Sorted {
  const wanted = symbolKey(market.symbol)
  const here: Row[] = []
  const others = new Set<string>()
  for (const row of rows) {
    const symbol = row.cells[places.symbol]?.trim() ?? ''
    const venue = row.cells[places.venue ?? -1]?.trim() ?? ''
    const isHere = (symbol === '' || symbolKey(symbol) === wanted) && (venue === '' || venue === market.venue)
    if (isHere) here.push(row)
    else others.add(venue === '' ? symbol : `${symbol} on ${venue}`)
  }
  return { here, elsewhere: rows.length - here.length, otherSymbols: [...others] }
}

/** ETH/USDT, ETHUSDT, eth-usdt and ETH/USDT:USDT are written of one market. */
function symbolKey(symbol: string): string {
  return symbol
    .replace(/:.*$/, '')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase()
}
