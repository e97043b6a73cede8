// What a backtest begins as: the span without what is left out, its terms, and what has to be read with its figures.
import { randomUUID } from 'node:crypto'
import { DEFAULT_FEE_PCT_PER_SIDE } from '../annotation/annotations.ts'
import type { AnnotationOut } from '../contract/annotations.ts'
import type { BacktestBody, BacktestOut, BacktestPattern } from '../contract/backtests.ts'
import { ANY_PATTERN } from '../contract/pattern.ts'
import { at } from '../core/at.ts'
import { AppError } from '../core/errors.ts'
import { HOUR, SECOND, ceilTo, epochMs, parseInstant, toIso, type EpochMs } from '../core/time.ts'
import { clip, joined, missingFrom, rangeOut } from '../market/ranges.ts'
import type { Market, TimeRange } from '../market/types.ts'
import type { Barriers } from '../signals/barriers.ts'
import { tradingTerms } from '../signals/paper-trader.ts'
import { trainedOnAny, type Asked, type KnownPart } from './asked-checkpoints.ts'
import type { BacktestOrder, OrderPart } from './order.ts'
import { MOST_ROWS, rowsIn } from './sweep.ts'

/** Nothing stored for longer than this is not gone through. */
const HOLE = HOUR
/** A year of seconds: what a machine can go through, and hold, in hours. */
const LONGEST = 366 * 24 * HOUR

/** All that is known when it is asked for. */
export interface Known {
  readonly market: Market
  readonly asked: Asked
  /** Where 1s candles are known. */
  readonly covered: readonly TimeRange[]
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

/** @throws AppError `sweep_too_large`, `sweep_of_patterns`, `sweep_of_agent` */
export function requireSweep({ sweep }: BacktestBody, { parts, isOfAll }: Asked): void {
  if (sweep === undefined) return
  if (isOfAll) {
    const message =
      'All patterns call by thresholds and targets of their own, which a sweep would set alike: sweep one pattern, or ask for one backtest of all for each fee or target.'
    throw new AppError('sweep_of_patterns', message, { status: 422, field: 'sweep' })
  }
  if (parts.some((part) => termsOf(part) !== null)) {
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
  const { market, asked } = known
  const trained = trainedOnAny(asked)
  const id = randomUUID()
  const wholeSeconds = overlapOf(trained.spans ?? [], span)
  const isIncluded = body.include_trained === true
  const stretches = stretchesOf(span, known, isIncluded ? [] : wholeSeconds)
  const costs = costsOf(body, known)
  const barriers = barriersIn(body, asked.marked, costs.feePct)
  const { model, checkpoint, parts } = namesOf(body, asked, costs.feePct)
  const backtest: BacktestOut = {
    id,
    model,
    checkpoint,
    ...(parts === null ? {} : { patterns: patternsOf(parts, asked, span) }),
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
      ...overlapWarning(secondsIn(wholeSeconds), isIncluded, asked.isOfAll),
      ...trained.warnings,
      ...asked.warnings,
      ...tradesWarning(barriers, asked),
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
    model,
    checkpoint,
    ...(parts === null ? {} : { parts }),
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
function stretchesOf(
  span: TimeRange,
  { covered, asked: { isOfAll } }: Known,
  leftOut: readonly TimeRange[],
): TimeRange[] {
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
      : `The checkpoint${isOfAll ? ' of one pattern or another' : ''} was trained on every stored second between ${toIso(span.from)} and ${toIso(span.to)}, so nothing is left to score. Choose another span, or ask for include_trained (--include-trained) and read the figures as what they are: figures on its own training data.`
  throw new AppError('nothing_to_score', message, { status: 422, field: 'from' })
}

function costsOf(body: BacktestBody, { asked, usualFeePct = DEFAULT_FEE_PCT_PER_SIDE }: Known) {
  const own = asked.parts.map(termsOf).find((terms) => terms !== null) ?? null
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

/** How the checkpoint, or all of them, is named; `parts` null where it is one. */
function namesOf(body: BacktestBody, { parts, isOfAll, marked }: Asked, feePct: number) {
  const { model, version } = at(parts, 0).checkpoint
  if (!isOfAll) return { model, checkpoint: version, parts: null }
  const each = parts.map(({ pattern, checkpoint, marked: own }): OrderPart => {
    return { pattern, checkpoint: checkpoint.version, barriers: barriersIn(body, own ?? marked, feePct) }
  })
  return { model, checkpoint: ANY_PATTERN, parts: each }
}

function patternsOf(parts: readonly OrderPart[], asked: Asked, span: TimeRange): BacktestPattern[] {
  return parts.map(({ pattern, checkpoint, barriers }, i) => {
    const { spans } = at(asked.parts, i).trained
    const trained_overlap_seconds = spans === null ? null : secondsIn(overlapOf(spans, span))
    return { pattern: pattern ?? '', checkpoint, barriers, trained_overlap_seconds }
  })
}

/** An agent's; null of others. */
function termsOf({ checkpoint }: KnownPart) {
  return tradingTerms(checkpoint.metadata.hyperparameters)
}

/** The whole seconds of the span that lie in any of them. */
function overlapOf(spans: readonly TimeRange[], span: TimeRange): TimeRange[] {
  return clip(spans, span).map(({ from, to }) => ({ from: ceilTo(from, SECOND), to: ceilTo(to, SECOND) }))
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

function overlapWarning(seconds: number, isIncluded: boolean, isOfAll: boolean): string[] {
  if (seconds === 0) return []
  const what = `checkpoint${isOfAll ? ' of one pattern or another' : ''} was trained on ${seconds} seconds of the span`
  return [
    isIncluded
      ? `TRAINED ON: the ${what}, and they are among those scored. The figures say nothing of seconds that it has not seen.`
      : `The ${what}: they are left out.`,
  ]
}

function tradesWarning(barriers: Barriers | null, { parts, isOfAll }: Asked): string[] {
  if (barriers !== null || (!isOfAll && parts.some((part) => termsOf(part) !== null))) return []
  return [
    'Nothing is marked that says what a trade is, so calls are listed and no trades are followed: name a target and how long it is held (target_pct and hold_seconds, --target and --hold).',
  ]
}

function secondsIn(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + (to - from), 0) / SECOND
}
