// What a backtest begins as: the span without what is left out, its terms, and what has to be read with its figures.
import { randomUUID } from 'node:crypto'
import { DEFAULT_FEE_PCT_PER_SIDE } from '../annotation/annotations.ts'
import type { AnnotationOut } from '../contract/annotations.ts'
import type { BacktestBody, BacktestOut } from '../contract/backtests.ts'
import { AppError } from '../core/errors.ts'
import { HOUR, SECOND, ceilTo, epochMs, parseInstant, toIso, type EpochMs } from '../core/time.ts'
import { clip, joined, missingFrom, rangeOut } from '../market/ranges.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { LoadedCheckpoint } from '../orchestrator/checkpoints.ts'
import type { Barriers } from '../signals/barriers.ts'
import { tradingTerms } from '../signals/paper-trader.ts'
import type { BacktestOrder } from './order.ts'
import { MOST_ROWS, rowsIn } from './sweep.ts'
import type { TrainedOn } from './trained-spans.ts'

/** Nothing stored for longer than this is not gone through. */
const HOLE = HOUR
/** A year of seconds: what a machine can go through, and hold, in hours. */
const LONGEST = 366 * 24 * HOUR

/** All that is known when it is asked for. */
export interface Known {
  readonly market: Market
  readonly checkpoint: LoadedCheckpoint
  readonly trained: TrainedOn
  /** Where 1s candles are known. */
  readonly covered: readonly TimeRange[]
  /** By the annotations; null where nothing is marked. */
  readonly marked: Barriers | null
  readonly annotations: readonly AnnotationOut[]
  readonly reviewed: readonly TimeRange[]
  /** Percent a side that annotations pay. */
  readonly usualFeePct?: number
  readonly now: EpochMs
}

/** The instants [from, to) of whole seconds. @throws AppError `invalid_timestamp`, `invalid_span` */
export function spanOf(body: Pick<BacktestBody, 'from' | 'to'>): TimeRange {
  const from = ceilTo(parseInstant(body.from, 'from'), SECOND)
  const to = ceilTo(parseInstant(body.to, 'to'), SECOND)
  if (from < to && to - from <= LONGEST) return { from, to }
  const message =
    from >= to
      ? `The span ends (${toIso(to)}) before it begins (${toIso(from)}): swap the two.`
      : `The span is longer than a year: go through it in parts.`
  throw new AppError('invalid_span', message, { field: 'to' })
}

/** @throws AppError `sweep_too_large`, `sweep_of_agent` */
export function requireSweep({ sweep }: BacktestBody, { metadata }: LoadedCheckpoint): void {
  if (sweep === undefined) return
  if (tradingTerms(metadata.hyperparameters) !== null) {
    const message =
      'An agent trades by its own account, which its next decision depends on: ask for one backtest for each fee or threshold instead of a sweep.'
    throw new AppError('sweep_of_agent', message, { status: 422, field: 'sweep' })
  }
  const rows = rowsIn(sweep)
  if (rows <= MOST_ROWS) return
  const message = `The sweep has ${rows} combinations; at most ${MOST_ROWS} are tried at once. Name fewer values.`
  throw new AppError('sweep_too_large', message, { field: 'sweep' })
}

/** @throws AppError `nothing_to_score` */
export function newBacktest(
  body: BacktestBody,
  span: TimeRange,
  workspace: string,
  known: Known,
): { backtest: BacktestOut; order: BacktestOrder } {
  const { market, checkpoint, trained } = known
  const id = randomUUID()
  const overlap = clip(trained.spans ?? [], span)
  const wholeSeconds = overlap.map(({ from, to }) => ({ from: ceilTo(from, SECOND), to: ceilTo(to, SECOND) }))
  const isIncluded = body.include_trained === true
  const stretches = stretchesOf(span, known, isIncluded ? [] : wholeSeconds)
  const costs = costsOf(body, known)
  const barriers = barriersIn(body, known.marked, costs.feePct)
  const backtest: BacktestOut = {
    id,
    model: checkpoint.model,
    checkpoint: checkpoint.version,
    ...market,
    ...rangeOut(span),
    fee_pct: costs.feePct,
    slippage_pct: costs.slippagePct,
    barriers,
    include_trained: isIncluded,
    trained_overlap_seconds: trained.spans === null ? null : secondsIn(wholeSeconds),
    trained_overlap: wholeSeconds.map(rangeOut),
    seconds: secondsIn(stretches),
    status: 'QUEUED',
    progress: 0,
    warnings: [
      ...overlapWarning(secondsIn(wholeSeconds), isIncluded),
      ...trained.warnings,
      ...tradesWarning(barriers, checkpoint),
    ],
    error: null,
    created_at: toIso(known.now),
    finished_at: null,
    figures: null,
    floors: [],
    groups: [],
    sweep: [],
  }
  const order: BacktestOrder = {
    id,
    workspace,
    model: checkpoint.model,
    checkpoint: checkpoint.version,
    market,
    stretches,
    ...costs,
    barriers,
    sweep: body.sweep ?? null,
    annotations: known.annotations,
    reviewed: known.reviewed,
    ...(body.processes === undefined ? {} : { processes: body.processes }),
  }
  return { backtest, order }
}

/** As of an instant the second before it has to be stored. */
function stretchesOf(span: TimeRange, { covered }: Known, leftOut: readonly TimeRange[]): TimeRange[] {
  const stored = covered.map(({ from, to }) => ({
    from: epochMs(ceilTo(from, SECOND) + SECOND),
    to: epochMs(ceilTo(to, SECOND) + SECOND),
  }))
  const asked = clip(joined(stored, HOLE), span)
  const left = asked.flatMap((range) => missingFrom(leftOut, range))
  if (left.length > 0) return left
  const message =
    asked.length === 0
      ? `Nothing is stored between ${toIso(span.from)} and ${toIso(span.to)}: choose a span that GET /api/ledger (annotate ledger) shows, or import or download it first.`
      : `The checkpoint was trained on every stored second between ${toIso(span.from)} and ${toIso(span.to)}, so nothing is left to score. Choose another span, or ask for include_trained (--include-trained) and read the figures as what they are: figures on its own training data.`
  throw new AppError('nothing_to_score', message, { status: 422, field: 'from' })
}

function costsOf(body: BacktestBody, { checkpoint, usualFeePct = DEFAULT_FEE_PCT_PER_SIDE }: Known) {
  const own = tradingTerms(checkpoint.metadata.hyperparameters)
  const { fee_pct: fee, slippage_pct: slippage } = body
  return {
    feePct: fee ?? (own === null ? usualFeePct : own.fee * 100),
    slippagePct: slippage ?? (own === null ? 0 : own.halfSpread * 100),
    agentCosts: {
      ...(fee === undefined ? {} : { fee: fee / 100 }),
      ...(slippage === undefined ? {} : { halfSpread: slippage / 100 }),
    },
  }
}

/** What is asked for goes before what annotations say. */
function barriersIn(body: BacktestBody, marked: Barriers | null, feePct: number): Barriers | null {
  const target = body.target_pct ?? marked?.target_pct
  const seconds = body.hold_seconds ?? marked?.seconds
  if (target === undefined || seconds === undefined) return null
  const stop = body.stop_pct ?? (marked?.stop_assumed === false ? marked.stop_pct : undefined)
  return {
    target_pct: target,
    stop_pct: stop ?? target / 2,
    stop_assumed: stop === undefined,
    seconds,
    fee_pct_per_side: feePct,
  }
}

function overlapWarning(seconds: number, isIncluded: boolean): string[] {
  if (seconds === 0) return []
  const share = `${seconds} seconds of the span`
  return [
    isIncluded
      ? `TRAINED ON: the checkpoint was trained on ${share}, and they are among those scored. The figures say nothing of seconds that it has not seen.`
      : `The checkpoint was trained on ${share}: they are left out.`,
  ]
}

function tradesWarning(barriers: Barriers | null, { metadata }: LoadedCheckpoint): string[] {
  if (barriers !== null || tradingTerms(metadata.hyperparameters) !== null) return []
  return [
    'Nothing is marked that says what a trade is, so calls are listed and no trades are followed: name a target and how long it is held (target_pct and hold_seconds, --target and --hold).',
  ]
}

function secondsIn(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + (to - from), 0) / SECOND
}
