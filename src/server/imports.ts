// Imports as the HTTP interface and the command line give them, and taking one out: which test cases and runs stood on it.
import type { ForgottenOut, ImportOut } from '../contract/imports.ts'
import { floorTo, parseInstant, toIso, type EpochMs } from '../core/time.ts'
import type { BookStore } from '../market/book/book-store.ts'
import { slotsAround, rangeOf } from '../market/ranges.ts'
import { forgetImport } from '../market/store/forget-import.ts'
import type { ForgetOptions, Forgotten, Touched } from '../market/store/forgotten.ts'
import { forgetStretch, type Stretch } from '../market/store/forget-range.ts'
import type { ImportPage, ImportRecord } from '../market/store/import-records.ts'
import type { MarketStore } from '../market/store/market-store.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from '../market/timeframe.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { dataOfRun } from '../training/runs/compare-runs.ts'
import type { OpenWorkspace } from './open-workspace.ts'

/** Newest first; all of them unless told otherwise. */
export function describeImports(store: MarketStore, page: ImportPage = {}): ImportOut[] {
  return store.imports.list(page).map(importOut)
}

type How = Pick<ForgetOptions, 'dryRun' | 'onProgress'>
type Place = Pick<OpenWorkspace, 'store' | 'books' | 'clock' | 'annotations' | 'training' | 'workspace'>

/** @throws AppError as `forgetImport` */
export async function forgetOneImport(place: Place, id: number, how: How = {}): Promise<ForgottenOut> {
  const { store, clock, books } = place
  const market = store.imports.find(id)?.market ?? null
  return forget(place, market, how, (options) => forgetImport(id, { store, clock, books, ...options }))
}

/** @throws AppError as `forgetStretch` */
export async function forgetOneStretch(place: Place, stretch: Stretch, how: How = {}): Promise<ForgottenOut> {
  const { store, clock, books } = place
  return forget(place, stretch.market, how, (options) =>
    forgetStretch(stretch, { store, clock, books, ...options }),
  )
}

/** What stood on it is found before anything is changed. */
async function forget(
  place: Place,
  market: Market | null,
  { dryRun = false, onProgress }: How,
  work: (options: How) => Promise<Forgotten>,
): Promise<ForgottenOut> {
  const planned = await work({ dryRun: true })
  const cases = market === null ? [] : await casesOn(place, market, planned)
  const runs = await runsOf(place, new Set(cases))
  const done = dryRun ? planned : await work(onProgress === undefined ? {} : { onProgress })
  return {
    dry_run: dryRun,
    removed: done.removed,
    restored: done.restored,
    kept: done.kept,
    order_book_seconds: done.books?.seconds ?? 0,
    test_cases: cases,
    training_runs: runs,
  }
}

async function casesOn(
  { store, books, annotations }: Place,
  market: Market,
  { touched, books: gone }: Forgotten,
): Promise<string[]> {
  const id = store.find(market)
  if (id === null) return []
  // Order books are those of every venue of the symbol.
  const where = gone === null ? market : { symbol: market.symbol }
  const standing = await annotations.list({ market: where, deleted: false })
  return standing
    .filter(({ entry, venue }) => {
      const instant = parseInstant(entry.timestamp, 'entry')
      if (gone !== null && readsBook(books, market, instant, gone.range)) return true
      return venue === market.venue && touched.some((part) => standsOn(store, id, instant, part))
    })
    .map(({ test_case_id: name }) => name)
}

function readsBook(books: BookStore, market: Market, instant: EpochMs, { from, to }: TimeRange): boolean {
  if (instant < from) return false
  return books.before(market, instant).some(({ time }) => time >= from && time < to)
}

/** Candles of a case's state; each timeframe has so many. */
const WINDOW = 100

/** Whether the state as of `instant` has candles of the stretch, or candles that are composed of such. */
function standsOn(store: MarketStore, market: number, instant: EpochMs, touched: Touched): boolean {
  return TIMEFRAMES.slice(TIMEFRAMES.indexOf(touched.timeframe)).some((timeframe) => {
    const step = durationOf(timeframe)
    const from = Math.max(touched.from, floorTo(instant - WINDOW * step, step))
    return isReadFor(timeframe, rangeOf(from, Math.min(touched.to, instant)), {
      store,
      market,
      instant,
      touched,
    })
  })
}

interface Reading {
  readonly store: MarketStore
  readonly market: number
  readonly instant: EpochMs
  readonly touched: Touched
}

/**
 * Whether candles of a timeframe over `part` of the stretch are made of the stretch's own: closed ones where the venue's own are not there,
 * the forming one by what the next shorter timeframe has of it.
 */
function isReadFor(timeframe: Timeframe, { from, to }: TimeRange, reading: Reading): boolean {
  if (from >= to) return false
  const { store, market, instant, touched } = reading
  if (timeframe === touched.timeframe) return true
  const step = durationOf(timeframe)
  const forming = floorTo(instant, step)
  if (from < forming) {
    const slots = slotsAround(rangeOf(from, Math.min(to, forming)), step)
    const own = store.candles.nativeOpens(market, timeframe, slots).length
    if (own < (slots.to - slots.from) / step) return true
  }
  const shorter = TIMEFRAMES[TIMEFRAMES.indexOf(timeframe) - 1]
  return shorter !== undefined && isReadFor(shorter, rangeOf(Math.max(from, forming), to), reading)
}

async function runsOf({ training, workspace }: Place, cases: ReadonlySet<string>): Promise<string[]> {
  if (cases.size === 0) return []
  const found: string[] = []
  for (const { id } of await training.list()) {
    const data = await dataOfRun(workspace.trainingResults, id)
    if (data?.test_cases.some(({ test_case_id: name }) => cases.has(name)) === true) found.push(id)
  }
  return found
}

function importOut(record: ImportRecord): ImportOut {
  const { id, kind, market, timeframe, file, path, sha256, rows, added, span } = record
  const iso = (instant: EpochMs | null): string | null => (instant === null ? null : toIso(instant))
  return {
    id,
    kind,
    symbol: market.symbol,
    venue: market.venue,
    timeframe,
    file,
    path,
    sha256,
    rows,
    added,
    from: iso(span?.from ?? null),
    to: iso(span?.to ?? null),
    started_at: toIso(record.startedAt),
    finished_at: iso(record.finishedAt),
    replaced: record.replaces,
    state: stateOf(record),
  }
}

function stateOf({ forgottenAt, forgettingAt, finishedAt, kept }: ImportRecord): ImportOut['state'] {
  if (forgottenAt !== null) return 'forgotten'
  if (forgettingAt !== null) return 'leaving'
  if (finishedAt === null) return 'unfinished'
  return kept ? 'kept' : 'not_kept'
}
