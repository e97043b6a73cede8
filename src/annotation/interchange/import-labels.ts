// Imports labels of other programs as annotations: Label Studio's JSON, TRAINSET's CSV, told apart by content.
import { basename } from 'node:path'
import type { AnnotationBody, AnnotationOut } from '../../contract/annotations.ts'
import { systemClock, type Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { ceilTo, MINUTE, SECOND, shift, toIso, type EpochMs } from '../../core/time.ts'
import { FileBytes } from '../../market/importing/file-bytes.ts'
import { formatOf, unknownFormat } from '../../market/importing/formats.ts'
import type { MarketReader } from '../../market/provider.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../../market/timeframe.ts'
import type { Market } from '../../market/types.ts'
import { meaningOf, type Direction, type Label, type LabelFile, type RefusedLabel } from './label.ts'
import { labelStudioLabels } from './label-studio.ts'
import { trainsetLabels } from './trainset.ts'

export interface LabelImportOptions {
  /** JSON or CSV by content, also in gzip or zip. */
  readonly path: string
  readonly market: Market
  /** Of labels whose names say none. */
  readonly direction?: Direction
  /** The file's times are open times of candles of this timeframe: entries and exits are then their ends. Otherwise they are instants. */
  readonly opens?: Timeframe
  readonly reader: MarketReader
  /** Annotations of the market that stand already. */
  readonly standing: readonly AnnotationOut[]
  /** Saves one; throws AppError where it cannot be, such as 422 `not_enough_candles`. */
  readonly create: (body: AnnotationBody) => Promise<AnnotationOut>
  readonly onProgress?: (done: number, of: number) => void
  readonly clock?: Clock
}

export interface LabelImportReport {
  readonly file: string
  readonly sha256: string
  readonly format: 'label-studio' | 'trainset'
  readonly market: Market
  /** In the file, for whichever market; refused ones count. */
  readonly labels: number
  readonly added: number
  /** With the same direction, entry and exit time. */
  readonly already_present: number
  /** Labels that the file says belong to another market: passed over. */
  readonly other_market: number
  readonly refused_count: number
  readonly refused: readonly RefusedLabel[]
  readonly annotations: readonly Pick<AnnotationOut, 'id' | 'warnings'>[]
}

const LIMIT = 2 ** 28

/**
 * Entries are whole seconds: one in between counts from the next. A price that the file does not say is the last close as of that instant.
 * Importing again adds only what is missing.
 * @throws AppError `unreadable_file`, `unknown_format`, `bad_header`; `no_usable_labels` where none is there or could be saved
 */
export async function importLabels(options: LabelImportOptions): Promise<LabelImportReport> {
  const { path, market, onProgress } = options
  const file = new FileBytes(path)
  const { format, labels, refused, elsewhere } = await read(file, options)
  const present = new Set(
    options.standing.map(({ direction, entry, exit }) => keyOf(direction, entry.timestamp, exit.timestamp)),
  )
  const all = [...refused]
  const annotations: AnnotationOut[] = []
  let already = 0
  for (const [index, label] of labels.entries()) {
    const outcome = await one(label, options, present)
    if (outcome === 'present') already += 1
    else if ('reason' in outcome) all.push(outcome)
    else annotations.push(outcome)
    onProgress?.(index + 1, labels.length)
  }
  if (annotations.length + already === 0) throw nothingGood(path, all, elsewhere)
  return {
    file: basename(path),
    sha256: file.sha256(),
    format,
    market,
    labels: labels.length + refused.length + elsewhere,
    added: annotations.length,
    already_present: already,
    other_market: elsewhere,
    refused_count: all.length,
    refused: all.slice(0, 100),
    annotations: annotations.map(({ id, warnings }) => ({ id, warnings })),
  }
}

type Read = LabelFile & { readonly format: LabelImportReport['format'] }

async function read(
  file: FileBytes,
  { market, opens, clock = systemClock }: LabelImportOptions,
): Promise<Read> {
  const step = opens === undefined ? 0 : durationOf(opens)
  const format = await formatOf(file)
  if (format === 'csv') return { format: 'trainset', ...(await trainsetLabels(file, clock.now(), step)) }
  if (format !== 'json')
    throw unknownFormat(file.path, `is ${format}: expected labels, as Label Studio JSON or TRAINSET CSV`)
  const found = labelStudioLabels(file.path, parsed(file, await file.whole(LIMIT)), market)
  const labels = found.labels.map((label) => ({
    ...label,
    from: shift(label.from, step),
    to: shift(label.to, step),
  }))
  return { format: 'label-studio', ...found, labels }
}

function parsed(file: FileBytes, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    throw file.unreadable(error)
  }
}

async function one(
  label: Label,
  options: LabelImportOptions,
  present: Set<string>,
): Promise<AnnotationOut | RefusedLabel | 'present'> {
  const { line } = label
  try {
    const body = await bodyOf(label, options)
    const key = keyOf(body.direction, body.entry.timestamp as string, body.exit.timestamp as string)
    if (present.has(key)) return 'present'
    const annotation = await options.create(body)
    present.add(key)
    return annotation
  } catch (error) {
    if (error instanceof AppError) return { line, reason: error.message }
    throw error
  }
}

async function bodyOf(label: Label, options: LabelImportOptions): Promise<AnnotationBody> {
  const { reader, market } = options
  const meaning = meaningOf(label.names, options.direction ?? null)
  if (meaning === null) throw unclear(label.names)
  const entry = ceilTo(label.from, SECOND)
  return {
    symbol: market.symbol,
    venue: market.venue,
    direction: meaning.direction,
    entry: { timestamp: toIso(entry), price: label.entryPrice ?? (await lastClose(reader, market, entry)) },
    exit: {
      timestamp: toIso(label.to),
      price: label.exitPrice ?? (await lastClose(reader, market, label.to)),
    },
    tags: [...new Set([...meaning.tags, ...label.tags])],
    notes: label.notes,
  }
}

/** Close of the finest candle that ends at `instant`, or less than a candle, and than a minute, before it. @throws AppError `no_price` */
async function lastClose(reader: MarketReader, market: Market, instant: EpochMs): Promise<number> {
  for (const timeframe of TIMEFRAMES) {
    const step = durationOf(timeframe)
    const request = { market, timeframe, to: instant, limit: 1, asOf: instant, forming: false }
    const last = (await reader.candles(request)).candles.at(-1)
    if (last !== undefined && instant - last.openTime - step < Math.min(step, MINUTE)) return last.close
  }
  throw new AppError(
    'no_price',
    `No price of ${market.symbol} on ${market.venue} is stored for ${toIso(instant)}: import its candles first.`,
  )
}

function keyOf(direction: string, entry: string, exit: string): string {
  return `${direction} ${entry} ${exit}`
}

function unclear(names: readonly string[]): AppError {
  const given =
    names.length === 0 ? 'the label has no name' : `the label ${names.join(', ')} says no direction`
  return new AppError(
    'unclear_label',
    `${given}: expected one that begins with LONG, BUY, SHORT or SELL; or give --direction for those that do not.`,
  )
}

function nothingGood(path: string, refused: readonly RefusedLabel[], elsewhere: number): AppError {
  const [first] = refused
  const why =
    first !== undefined
      ? `Label ${first.line}: ${first.reason}`
      : elsewhere > 0
        ? `All ${elsewhere} belong to another market.`
        : 'It holds no labels.'
  return new AppError(
    'no_usable_labels',
    `${basename(path)} has no label that can be used. ${why} Nothing was saved.`,
    {
      field: 'file',
      details: { refused: refused.slice(0, 100), refused_count: refused.length, other_market: elsewhere },
    },
  )
}
