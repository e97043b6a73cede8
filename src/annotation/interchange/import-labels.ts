// Imports marks of other programs, and our own, as annotations: read, chosen, held against the market's prices, saved one by one.
import { basename } from 'node:path'
import { Check } from 'typebox/value'
import { AnnotationBody, type AnnotationOut } from '../../contract/annotations.ts'
import { ANY_PATTERN } from '../../contract/pattern.ts'
import { systemClock, type Clock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { ceilTo, SECOND, shift, toIso } from '../../core/time.ts'
import { textFault } from '../../core/whole-text.ts'
import { FileBytes } from '../../market/importing/file-bytes.ts'
import type { MarketReader } from '../../market/provider.ts'
import { durationOf, type Timeframe } from '../../market/timeframe.ts'
import type { Market } from '../../market/types.ts'
import { agreementOf, ALL, chosen, type Agreement } from './annotators.ts'
import { meaningOf, type Said } from './direction-words.ts'
import type { Direction } from '../../contract/direction.ts'
import type { Label, RefusedLabel } from './label.ts'
import { MarketPrice, priced } from './market-price.ts'
import { readLabels, type LabelFormat } from './read-labels.ts'

export interface LabelImportOptions {
  /** By content: see docs/interchange.md; JSON and CSV also in gzip or zip. */
  readonly path: string
  readonly market: Market
  /** Of labels whose names say none. */
  readonly direction?: Direction
  /** What whole names mean, in lower case. */
  readonly names?: ReadonlyMap<string, Direction>
  /** Whose labels: one annotator's, `ground-truth`, or `all`, which they are unless told. */
  readonly annotator?: string
  /** The series of a TRAINSET file that is the price. */
  readonly series?: string
  /** What times without a zone mean. */
  readonly timezone?: string
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
  readonly format: LabelFormat
  readonly market: Market
  /** In the file, for whichever market; refused ones count. */
  readonly labels: number
  readonly added: number
  /** With the same direction, entry and exit time, by the same annotator. */
  readonly already_present: number
  /** Labels that the file says belong to another market: passed over. */
  readonly other_market: number
  /** Labels of other annotators, or of other series, than those chosen. */
  readonly not_chosen: number
  /** Of those chosen, where several people made them; null where one did, or the file does not say. */
  readonly agreement: Agreement | null
  readonly refused_count: number
  readonly refused: readonly RefusedLabel[]
  readonly annotations: readonly Pick<AnnotationOut, 'id' | 'warnings'>[]
}

/**
 * Entries are whole seconds: one in between counts from the next. A price that the file does not say is the last close as of that instant.
 * Importing again adds only what is missing.
 * @throws AppError `unreadable_file`, `unknown_format`, `bad_header`; `unknown_annotator`, `no_ground_truth`, `unknown_series`, `choose_series`
 *   where a choice is due; `no_usable_labels` where none is there or could be saved
 */
export async function importLabels(options: LabelImportOptions): Promise<LabelImportReport> {
  const { path, market } = options
  const file = new FileBytes(path)
  const read = await readLabels(file, market, options.timezone ?? null)
  const wanted = chosenOf(read.labels, options).map((label) => moved(label, options.opens))
  const prices = new MarketPrice(options.reader, market)
  const { labels, refused } = await priced(wanted, prices)
  const saved = await save(labels, options, prices)
  const all = [...read.refused, ...refused, ...saved.refused].toSorted((a, b) => a.line - b.line)
  if (saved.annotations.length + saved.already === 0) {
    throw nothingGood(path, all, read.elsewhere, read.otherSymbols)
  }
  return {
    file: basename(path),
    sha256: file.sha256(),
    format: read.format,
    market,
    labels: read.labels.length + read.refused.length + read.elsewhere,
    added: saved.annotations.length,
    already_present: saved.already,
    other_market: read.elsewhere,
    not_chosen: read.labels.length - wanted.length,
    agreement: agreementOf(labels.flatMap((label) => placed(label, options))),
    refused_count: all.length,
    refused: all.slice(0, 100),
    annotations: saved.annotations.map(({ id, warnings }) => ({ id, warnings })),
  }
}

function chosenOf(labels: readonly Label[], options: LabelImportOptions): readonly Label[] {
  const { series, annotator = ALL } = options
  const own = series === undefined ? labels : labels.filter((label) => label.series === series)
  if (own.length > 0 || series === undefined) return chosen(own, annotator)
  const names = [...new Set(labels.flatMap((label) => label.series ?? []))]
  throw new AppError(
    'unknown_series',
    `No label is of the series "${series}". Labelled are: ${names.join(', ') || 'no series with a name'}.`,
  )
}

function moved(label: Label, opens: Timeframe | undefined): Label {
  const step = opens === undefined ? 0 : durationOf(opens)
  return { ...label, from: shift(label.from, step), to: shift(label.to, step) }
}

function meaning({ direction, names }: Label, options: LabelImportOptions): ReturnType<typeof meaningOf> {
  if (direction !== null) return { direction, tags: [] }
  const said: Said = { otherwise: options.direction ?? null, names: options.names ?? new Map() }
  return meaningOf(names, said)
}

function placed(label: Label, options: LabelImportOptions): { label: Label; direction: Direction }[] {
  const { direction } = meaning(label, options)
  return direction === null ? [] : [{ label, direction }]
}

interface Saved {
  readonly annotations: AnnotationOut[]
  readonly refused: RefusedLabel[]
  readonly already: number
}

async function save(
  labels: readonly Label[],
  options: LabelImportOptions,
  prices: MarketPrice,
): Promise<Saved> {
  const present = new Present(options.standing)
  const saved = { annotations: [] as AnnotationOut[], refused: [] as RefusedLabel[], already: 0 }
  for (const [index, label] of labels.entries()) {
    try {
      const body = await bodyOf(label, options, prices)
      if (present.has(body)) saved.already += 1
      else {
        saved.annotations.push(await options.create(body))
        present.add(body)
      }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      saved.refused.push({ line: label.line, reason: error.message })
    }
    options.onProgress?.(index + 1, labels.length)
  }
  return saved
}

async function bodyOf(
  label: Label,
  options: LabelImportOptions,
  prices: MarketPrice,
): Promise<AnnotationBody> {
  const means = meaning(label, options)
  if (means.direction === null) throw unclear(label.names, means.unclear)
  const now = (options.clock ?? systemClock).now()
  if (label.to > now)
    throw new AppError('invalid_timestamp', `Its exit ${toIso(label.to)} lies in the future.`)
  const entry = ceilTo(label.from, SECOND)
  const body: AnnotationBody = {
    symbol: options.market.symbol,
    venue: options.market.venue,
    direction: means.direction,
    entry: { timestamp: toIso(entry), price: label.entryPrice ?? (await prices.at(entry)) },
    exit: { timestamp: toIso(label.to), price: label.exitPrice ?? (await prices.at(label.to)) },
    ...(label.stopPrice === null ? {} : { stop_price: label.stopPrice }),
    ...(label.targetPrice === null ? {} : { target_price: label.targetPrice }),
    tags: [...new Set([...means.tags, ...label.tags])],
    notes: label.notes,
    ...provenancePart(label),
  }
  requireSavable(body)
  return body
}

function requireSavable(body: AnnotationBody): void {
  const fault = textFault(body)
  if (fault !== null)
    throw new AppError('invalid_label', `It cannot be saved: ${fault.field} ${fault.words}.`)
  if (Check(AnnotationBody, body)) return
  throw new AppError(
    'invalid_label',
    `It cannot be saved: expected at most 32 tags of up to 64 letters, none of them "${ANY_PATTERN}", an annotator of up to 128 and notes of up to 10,000.`,
  )
}

function provenancePart({ provenance, annotator }: Label): Pick<AnnotationBody, 'provenance'> {
  if (annotator === null) return provenance === undefined ? {} : { provenance }
  return { provenance: { ...provenance, annotator } }
}

/** What stands already. The same mark by another annotator is another; one of which nobody says who made it is the same. */
class Present {
  readonly #annotators = new Map<string, Set<string | null>>()

  constructor(standing: readonly AnnotationOut[]) {
    for (const annotation of standing) this.add(annotation)
  }

  add(mark: AnnotationBody | AnnotationOut): void {
    const known = this.#annotators.get(keyOf(mark)) ?? new Set()
    this.#annotators.set(keyOf(mark), known.add(mark.provenance?.annotator ?? null))
  }

  has(mark: AnnotationBody): boolean {
    const known = this.#annotators.get(keyOf(mark))
    const annotator = mark.provenance?.annotator ?? null
    return known !== undefined && (annotator === null || known.has(null) || known.has(annotator))
  }
}

function keyOf({ direction, entry, exit }: AnnotationBody | AnnotationOut): string {
  return `${direction} ${entry.timestamp} ${exit.timestamp}`
}

function unclear(names: readonly string[], why: 'neither' | 'both'): AppError {
  const name = names.join(', ')
  const given =
    names.length === 0
      ? 'The label has no name'
      : `The label ${name} says ${why === 'both' ? 'both directions' : 'no direction'}`
  const choices = [
    ...(names.length === 1 ? [`--label "${name}=LONG" or "${name}=SHORT" for this name`] : []),
    ...(why === 'neither' ? ['--direction LONG or SHORT for all that say none'] : ['or rename it']),
  ]
  return new AppError(
    'unclear_label',
    `${given}: expected the word long or buy, or short or sell. Choose ${choices.join(', ')}.`,
  )
}

function nothingGood(
  path: string,
  refused: readonly RefusedLabel[],
  elsewhere: number,
  others: readonly string[],
): AppError {
  const [first] = refused
  const why =
    first !== undefined
      ? `Label ${first.line}: ${first.reason}`
      : elsewhere > 0
        ? `All ${elsewhere} belong to another market (${others.slice(0, 5).join(', ')}).`
        : 'It holds no labels.'
  return new AppError(
    'no_usable_labels',
    `${basename(path)} has no label that can be used. ${why}${/[.?!]$/.test(why) ? '' : '.'} Nothing was saved.`,
    {
      field: 'file',
      details: { refused: refused.slice(0, 100), refused_count: refused.length, other_market: elsewhere },
    },
  )
}
