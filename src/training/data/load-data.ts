// Reads what a run is trained on from the workspace: annotations, their test cases, reviewed spans, market data.
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import { writeOrderBook } from '../../annotation/case-order-book.ts'
import type { AnnotationOut, TestCaseFile, TestCaseState } from '../../contract/annotations.ts'
import { isSimulated, sameMarket } from '../../contract/market-name.ts'
import { AppError } from '../../core/errors.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import { testCaseSpans } from '../../market-state/availability.ts'
import { allocateInputs, BOOK_ROW } from '../../market-state/tensors.ts'
import { loadSymbolBookSlice } from '../../market/book/book-slice.ts'
import type { BookStore } from '../../market/book/book-store.ts'
import type { MarketReader } from '../../market/provider.ts'
import { unionOf, clip } from '../../market/ranges.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import { ACTIONS, type ModelDefinition, type ModelInputs } from '../../models/model.ts'
import {
  assumedSpans,
  marketData,
  newestStored,
  rejectedSpans,
  sliceRange,
  stretchOf,
  stretchesOf,
  type MarketData,
  type Stretch,
  type TrainingData,
} from './training-data.ts'
import { CaseGone, readCases, type ReadCase } from './read-cases.ts'
import { lacking, lackOf, noOrderBook } from './needs.ts'
import { isChosen, untaggedWarning, type Selection } from './selection.ts'
import type { Mark } from './targets.ts'
import { oldCases, type Parent, type WarmStartData } from './parent.ts'

/** Rooms that training reads from. */
export interface Sources {
  readonly annotations: { list(filter: { market?: Partial<Market> }): Promise<AnnotationOut[]> }
  readonly testCases: {
    list(filter: { market?: Partial<Market> }, options: { revisions: boolean }): Promise<TestCaseState[]>
  }
  readonly reviewedSpans: { list(market: Market): Promise<{ from: string; to: string }[]> }
  readonly rejectedHolds: { list(market: Market): Promise<EpochMs[]> }
  readonly reader: MarketReader
  /** For models that need order books. */
  readonly books?: BookStore
  /** Folder of the test-case files. */
  readonly folder: string
}

/** What loading asks of the model that is to be trained. */
export type ModelNeeds = Pick<ModelDefinition, 'id' | 'needs'>
const CANDLES_ALONE: ModelNeeds = { id: '', needs: [] }

export interface LoadOptions {
  /** The checkpoint that the run begins from. */
  readonly parent?: Parent
  /** Whether what is stored beside the annotations is read, too. */
  readonly pretraining?: boolean
  /** Told before anything is refused, so that a refused run names its cases, too. */
  readonly onLeftOut?: (leftOut: TrainingData['leftOut']) => void
}

/** Annotations may be deleted while they are read; so many times in a row is no accident. */
const MOST_LOOKS = 10

/**
 * As of the annotations that stand when it is done: where one is deleted meanwhile, all is loaded once more.
 * @throws AppError `no_test_cases` where nothing is annotated or nothing of it can be trained on; `no_order_book` where the model needs one and
 * no case has it; `mixed_sources` where simulated and recorded markets would be trained together; `unreadable_test_case` where cases go again and again
 */
export async function loadTrainingData(
  sources: Sources,
  selection: Selection,
  model = CANDLES_ALONE,
  options: LoadOptions = {},
): Promise<TrainingData> {
  for (let looks = 1; ; looks += 1) {
    try {
      return await loadOnce(sources, selection, model, options)
    } catch (error) {
      if (!(error instanceof CaseGone) || looks === MOST_LOOKS) throw error
    }
  }
}

async function loadOnce(
  sources: Sources,
  selection: Selection,
  model: ModelNeeds,
  { parent, pretraining = false, onLeftOut }: LoadOptions,
): Promise<TrainingData> {
  const market = {
    ...(selection.symbol === undefined ? {} : { symbol: selection.symbol }),
    ...(selection.venue === undefined ? {} : { venue: selection.venue }),
  }
  const annotations = await sources.annotations.list({ market })
  const states = await sources.testCases.list({ market }, { revisions: false })
  const chosen = chosenStates(states, annotations, selection)
  const reasons = new Map(chosen.map((state) => [state, reasonOf(state) ?? lackOf(state, model.needs)]))
  const leftOut = chosen.flatMap((state) => {
    const reason = reasons.get(state) ?? null
    return reason === null ? [] : [{ test_case_id: state.test_case_id, reason }]
  })
  onLeftOut?.(leftOut)
  const trained = new Set(
    chosen.filter((state) => reasons.get(state) === null).map((state) => state.annotation_id),
  )
  if (trained.size === 0) {
    if (chosen.some(({ left_out }) => left_out === null)) throw noOrderBook(chosen, model.id)
    throw noTestCases(leftOut)
  }
  const used = annotations.filter(({ id }) => trained.has(id))
  if (selection.mixed_sources !== true) refuseMixture(used)
  const markets = await loadMarkets(sources, annotations, trained, model)
  const files = await readCases(sources.folder, used)
  const old = parent === undefined ? null : await oldCasesOf(parent, files, sources.folder, model)
  const untagged = selection.pattern === undefined ? untaggedWarning(used) : null
  const extra = (old?.kept ?? []).map(({ content }) => content)
  return {
    markets,
    cases: files.map(({ file }) => file),
    states: statesOf([...files.map(({ content }) => content), ...extra], model),
    leftOut,
    warnings: [
      ...lacking(chosen, model.needs),
      ...(untagged === null ? [] : [untagged]),
      ...(new Set(used.map(isSimulated)).size > 1 ? [MIXED] : []),
      ...markets.flatMap(({ targets }) => targets.warnings),
    ],
    ...(pretraining ? { unlabelled: await loadUnlabelled(sources, markets, model) } : {}),
    ...(parent === undefined || old === null ? {} : { warmStart: warmStartData(parent, files, old) }),
  }
}

const MIXED = 'Simulated and recorded markets are trained together, as asked.'

/** The parent's cases that the run is not trained on, as far as the model can be asked about them. */
async function oldCasesOf(parent: Parent, files: readonly ReadCase[], folder: string, { needs }: ModelNeeds) {
  const trained = new Set(files.map(({ file }) => file.testCaseId))
  const { kept, missing } = await oldCases(folder, parent, trained)
  const usable = kept.filter(
    ({ content }) => content.order_book !== undefined || !needs.includes('order_book'),
  )
  return { kept: usable, missing }
}

function warmStartData(
  { checkpoint, weights, cases }: Parent,
  files: readonly ReadCase[],
  { kept, missing }: Awaited<ReturnType<typeof oldCasesOf>>,
): WarmStartData {
  const known = new Map(cases.map(({ test_case_id, sha256 }) => [test_case_id, sha256]))
  const own = files.map(({ file, content }, row) => ({
    row,
    label: ACTIONS.indexOf(content.action),
    isOld: known.get(file.testCaseId) === file.sha256,
    isTrained: true,
  }))
  const others = kept.map(({ content }, i) => ({
    row: files.length + i,
    label: ACTIONS.indexOf(content.action),
    isOld: true,
    isTrained: false,
  }))
  return { checkpoint, weights, cases: [...own, ...others], missing }
}

function chosenStates(
  states: readonly TestCaseState[],
  annotations: readonly AnnotationOut[],
  selection: Selection,
): TestCaseState[] {
  const { annotation_ids } = selection
  const known = new Set(annotations.map(({ id }) => id))
  const wanted = annotation_ids === undefined ? null : new Set(annotation_ids)
  for (const id of wanted ?? []) {
    if (!known.has(id)) {
      throw new AppError(
        'unknown_annotation',
        `There is no annotation "${id}" to train on. List them with GET /api/annotations, or leave annotation_ids out to train on all.`,
        { status: 404, field: 'annotation_ids' },
      )
    }
  }
  const chosen = new Set(
    annotations.filter((annotation) => isChosen(annotation, selection)).map(({ id }) => id),
  )
  return states.filter((state) => chosen.has(state.annotation_id))
}

function reasonOf({ left_out, detail }: TestCaseState): string | null {
  return left_out === null || detail === null ? left_out : `${left_out}: ${detail}`
}

async function loadMarkets(
  sources: Sources,
  annotations: readonly AnnotationOut[],
  trained: ReadonlySet<string>,
  model: ModelNeeds,
): Promise<MarketData[]> {
  const markets: Market[] = []
  for (const { id, venue, symbol } of annotations) {
    if (trained.has(id) && !markets.some((known) => sameMarket(known, { venue, symbol })))
      markets.push({ venue, symbol })
  }
  const loaded: MarketData[] = []
  for (const market of markets) {
    const own = annotations.filter((annotation) => sameMarket(annotation, market))
    loaded.push(
      await loadMarket(
        sources,
        market,
        own.map((annotation) => markOf(annotation, trained)),
        model,
      ),
    )
  }
  return loaded
}

async function loadMarket(
  sources: Sources,
  market: Market,
  marks: readonly Mark[],
  { needs }: ModelNeeds,
): Promise<MarketData> {
  const reviewed = (await sources.reviewedSpans.list(market)).map(({ from, to }) => ({
    from: epochMs(Date.parse(from)),
    to: epochMs(Date.parse(to)),
  }))
  const possible = await testCaseSpans(sources.reader, market)
  const wanted = reviewed.length > 0 ? reviewed : assumedSpans(marks.filter((mark) => mark.trained))
  const holdSpans = unionOf(possible.flatMap((span) => clip(unionOf(wanted), upTo(span))))
  const rejected = (await sources.rejectedHolds.list(market)).filter((at) =>
    possible.some(({ from, to }) => at >= from && at <= to),
  )
  const stretches: Stretch[] = []
  for (const range of stretchesOf(
    marks.filter((mark) => mark.trained),
    [...holdSpans, ...rejectedSpans(rejected)],
  )) {
    stretches.push(await loadStretch(sources, market, range, needs))
  }
  const holdSource = reviewed.length > 0 ? 'reviewed' : 'assumed'
  const rejections = rejected.length === 0 ? {} : { rejected }
  return marketData({ market, marks, holdSpans, holdSource, stretches, ...rejections })
}

/** The instants of a span, its last one included, as seconds [from, to). */
function upTo({ from, to }: TimeRange): TimeRange {
  return { from, to: epochMs(to + SECOND) }
}

async function loadStretch(
  { reader, books }: Sources,
  market: Market,
  range: TimeRange,
  needs: ModelNeeds['needs'],
): Promise<Stretch> {
  const asOf = sliceRange(range)
  const own =
    books !== undefined && needs.includes('order_book') ? loadSymbolBookSlice(books, market, asOf) : undefined
  return stretchOf(await reader.slice(market, asOf), range, own)
}

/** The newest stored seconds of each market in which states can be made. */
async function loadUnlabelled(
  sources: Sources,
  markets: readonly MarketData[],
  { needs }: ModelNeeds,
): Promise<Stretch[]> {
  const stretches: Stretch[] = []
  for (const { market } of markets) {
    const ranges = newestStored(await testCaseSpans(sources.reader, market))
    for (const range of ranges) stretches.push(await loadStretch(sources, market, range, needs))
  }
  return stretches
}

export function markOf(annotation: AnnotationOut, trained: ReadonlySet<string>): Mark {
  const { id, direction, entry, exit } = annotation
  return {
    id,
    direction,
    entry: epochMs(Date.parse(entry.timestamp)),
    exit: epochMs(Date.parse(exit.timestamp)),
    entryPrice: entry.price,
    exitPrice: exit.price,
    trained: trained.has(id),
  }
}

/** The states of test cases as their files have them, one row each; with order books for a model that needs them. */
export function statesOf(
  contents: readonly Pick<TestCaseFile, 'market_state' | 'order_book'>[],
  { needs } = CANDLES_ALONE,
): ModelInputs {
  const inputs = allocateInputs(contents.length, needs.includes('order_book'))
  for (const [row, { market_state, order_book: book }] of contents.entries()) {
    if (book !== undefined && inputs.orderBook !== undefined) {
      writeOrderBook(book, inputs.orderBook, row * BOOK_ROW)
    }
    for (const name of TENSOR_NAMES) {
      const { open, high, low, close, volume } = market_state[name]
      for (const [field, column] of [open, high, low, close, volume].entries()) {
        column.forEach((value, i) => (inputs.tensors[name][(row * WINDOW + i) * FIELDS + field] = value))
      }
    }
  }
  return inputs
}

function noTestCases(leftOut: readonly { test_case_id: string; reason: string }[]): AppError {
  const [first] = leftOut
  if (first === undefined) {
    return new AppError(
      'no_test_cases',
      'No test cases found: create annotations first. Click an entry and an exit on a chart and save with Enter; each one becomes a test case.',
    )
  }
  return new AppError(
    'no_test_cases',
    `None of the ${leftOut.length} test cases can be trained on. ${first.test_case_id}: ${sentence(first.reason)} Put them right, or create more annotations.`,
  )
}

/** A reason that names a file already ends with a full stop. */
function sentence(reason: string): string {
  return reason.endsWith('.') ? reason : `${reason}.`
}

function refuseMixture(annotations: readonly AnnotationOut[]): void {
  const simulated = annotations.find(isSimulated)
  const recorded = annotations.find((annotation) => !isSimulated(annotation))
  if (simulated === undefined || recorded === undefined) return
  throw new AppError(
    'mixed_sources',
    `The annotations are of a simulated market (${simulated.venue}) and of a recorded one (${recorded.venue}), which are not trained together. Name the venue to train on, or ask for both with mixed_sources.`,
    { field: 'venue' },
  )
}
