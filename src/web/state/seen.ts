// The page's state as it may be seen: with the future hidden nothing of it is later than the cursor. Whatever shows anything reads this.
import type { AnnotationOut, ReviewedSpanOut } from '../../contract/annotations.ts'
import type { BacktestOut } from '../../contract/backtests.ts'
import type { SessionOut, SignalOut } from '../../contract/inference.ts'
import type { CallOut } from '../../contract/live-calls.ts'
import type { HealthOut } from '../../contract/market.ts'
import type { PreviewOut } from '../../contract/preview.ts'
import type { TrainingRunOut } from '../../contract/training.ts'
import { cutter, cutterAt, memo } from './cut.ts'
import { horizonOf, isBlind, type Cursor } from './horizon.ts'
import type { Mark } from './mark.ts'
import { missesOf, type Miss, type Misses } from './run-misses.ts'
import type { Tested, TestedCall } from './tested.ts'

/** The parts of the page's state that can tell of what is later than an instant. */
export interface Telling {
  readonly cursor: Cursor
  readonly health: HealthOut | null
  readonly annotations: readonly AnnotationOut[]
  readonly selected: string | null
  readonly reviewed: readonly ReviewedSpanOut[]
  readonly spanStart: number | null
  readonly mark: Mark | null
  readonly runs: readonly TrainingRunOut[]
  readonly misses: Misses | null
  readonly backtests: readonly BacktestOut[]
  readonly tested: Tested | null
  readonly sessions: readonly SessionOut[]
  readonly latest: ReadonlyMap<string, SignalOut>
  readonly signals: readonly SignalOut[]
  readonly calls: readonly SignalOut[]
  readonly followed: readonly CallOut[]
  readonly call: string | null
  readonly preview: PreviewOut | null
  readonly priceNow: number | null
  readonly behind: number
}

/** `state` as it may be seen: itself while the future is not hidden. What did not change keeps its identity. */
export function asSeen<S extends Telling>(state: S): S {
  if (!isBlind(state.cursor)) return state
  const kept = seen.get(state)
  if (kept !== undefined) return kept as S
  const made = { ...state, ...cutOf(state, horizonOf(state.cursor)) }
  seen.set(state, made)
  return made
}

const seen = new WeakMap<Telling, Telling>()

function cutOf(state: Telling, horizon: number): Omit<Telling, 'cursor'> {
  const annotations = annotationsAt(state.annotations, horizon)
  const followed = followedAt(state.followed, horizon)
  const runs = runsAt(state.runs, horizon, hiddenOf(state.annotations, annotations))
  return {
    annotations,
    selected: annotations.some(({ id }) => id === state.selected) ? state.selected : null,
    reviewed: reviewedAt(state.reviewed, horizon),
    spanStart: state.spanStart !== null && state.spanStart <= horizon ? state.spanStart : null,
    mark: markAt(state.mark, horizon),
    runs,
    misses: missesAt(state, runs),
    backtests: backtestsAt(state.backtests, horizon),
    tested: testedAt(state.tested, horizon),
    latest: NO_SIGNALS,
    signals: signalsAt(state.signals, horizon),
    calls: callsAt(state.calls, horizon),
    followed,
    call: followed.some(({ id }) => id === state.call) ? state.call : null,
    // What is of now, or learnt from all there is, later marks too.
    sessions: withoutResults(state.sessions),
    health: withoutClock(state.health),
    preview: null,
    priceNow: null,
    behind: 0,
  }
}

/** A mark stands from its exit on: that somebody entered tells what is to come. */
const closedAnnotations = cutterAt(({ exit }: AnnotationOut) => Date.parse(exit.timestamp))

const annotationsAt = memo((all: readonly AnnotationOut[], horizon: number) =>
  withoutHints(all, closedAnnotations(all, horizon)),
)

/** What a warning says of a hidden one goes. */
const withoutHints = memo((all: readonly AnnotationOut[], kept: readonly AnnotationOut[]) => {
  if (kept === all || kept.every(({ warnings }) => warnings.length === 0)) return kept
  const ids = new Set(kept.map(({ id }) => id))
  const hidden = all.filter(({ id }) => !ids.has(id)).map(({ entry }) => entry.timestamp)
  const isTelling = (warning: string) => hidden.some((entry) => warning.includes(entry))
  return kept.map((one) =>
    one.warnings.some(isTelling)
      ? { ...one, warnings: one.warnings.filter((warning) => !isTelling(warning)) }
      : one,
  )
})

/** Ids of those that are not shown. */
const hiddenOf = memo(
  (all: readonly AnnotationOut[], kept: readonly AnnotationOut[]): ReadonlySet<string> => {
    const ids = new Set(kept.map(({ id }) => id))
    return new Set(all.flatMap(({ id }) => (ids.has(id) ? [] : [id])))
  },
)

const begunSpans = cutterAt(({ from }: ReviewedSpanOut) => Date.parse(from))

/** One that goes on past the horizon ends there. */
const reviewedAt = memo((all: readonly ReviewedSpanOut[], horizon: number) => {
  const begun = begunSpans(all, horizon)
  const isCut = ({ to }: ReviewedSpanOut) => Date.parse(to) > horizon
  if (!begun.some(isCut)) return begun
  return begun.map((span) => (isCut(span) ? { ...span, to: new Date(horizon).toISOString() } : span))
})

function markAt(mark: Mark | null, horizon: number): Mark | null {
  if (mark === null || mark.entry.time > horizon) return null
  const { exit, preview } = mark
  const isExitSeen = exit === null || exit.time <= horizon
  const isPreviewSeen = preview === null || preview.time <= horizon
  if (isExitSeen && isPreviewSeen) return mark
  return { ...mark, exit: isExitSeen ? exit : null, preview: isPreviewSeen ? preview : null }
}

const NO_SIGNALS: ReadonlyMap<string, SignalOut> = new Map()
const signalsAt = cutterAt(({ timestamp }: SignalOut) => Date.parse(timestamp))
const callsAt = cutterAt(({ timestamp }: SignalOut) => Date.parse(timestamp))

const followedAt = cutter<CallOut>(
  ({ opened_at: opened, outcome_at: ended }: CallOut) =>
    ended === null ? [Date.parse(opened)] : [Date.parse(opened), Date.parse(ended)],
  (call, horizon) => {
    if (Date.parse(call.opened_at) > horizon) return null
    const { outcome_at: ended } = call
    const isOpen = ended !== null && Date.parse(ended) > horizon
    // Which mark it hit is told by that mark, which may be later.
    return isOpen
      ? { ...call, outcome: 'open', outcome_pct: null, outcome_at: null, matched_annotation: null }
      : call
  },
)

/** One that goes on past the horizon tells of what came after it, whatever of it is read. */
const backtestsAt = cutterAt(({ to }: BacktestOut) => Date.parse(to))
const testedCallsAt = cutterAt(({ time }: TestedCall) => time)

const withCalls = memo((tested: Tested, calls: Tested['calls']): Tested => ({ ...tested, calls }))

function testedAt(tested: Tested | null, horizon: number): Tested | null {
  if (tested === null) return null
  const calls = testedCallsAt(tested.calls, horizon)
  return calls === tested.calls ? tested : withCalls(tested, calls)
}

const earlierMisses = cutterAt(({ timestamp }: Miss) => Date.parse(timestamp))

let cutList: readonly TrainingRunOut[] = []

const runsAt = memo(
  (
    all: readonly TrainingRunOut[],
    horizon: number,
    hidden: ReadonlySet<string>,
  ): readonly TrainingRunOut[] => {
    const cut = all.map((run) => runAt(run, horizon, hidden))
    if (areSame(all, cut)) return all
    if (!areSame(cutList, cut)) cutList = cut
    return cutList
  },
)

function runAt(run: TrainingRunOut, horizon: number, hidden: ReadonlySet<string>): TrainingRunOut {
  const { validation } = run
  if (validation === null) return run
  const misses = earlierMisses(validation.misses, horizon).filter(
    ({ annotation_id: id }) => id === null || !hidden.has(id),
  )
  if (misses.length === validation.misses.length) return run
  const before = cutRuns.get(run)
  if (before !== undefined && areSame(before.validation?.misses ?? [], misses)) return before
  const cut = { ...run, validation: { ...validation, misses } }
  cutRuns.set(run, cut)
  return cut
}

const cutRuns = new WeakMap<TrainingRunOut, TrainingRunOut>()

function areSame<T>(before: readonly T[], after: readonly T[]): boolean {
  return before.length === after.length && after.every((item, i) => item === before[i])
}

/** The place of the miss in hand among those that are seen; none of one that is not. */
function missesAt({ misses, runs }: Telling, cut: readonly TrainingRunOut[]): Misses | null {
  if (misses === null) return null
  const named = ({ id }: TrainingRunOut) => id === misses.run
  const inHand = missesOf(runs.find(named) ?? null)[misses.index]
  const index = inHand === undefined ? -1 : missesOf(cut.find(named) ?? null).indexOf(inHand)
  return index === misses.index ? misses : { ...misses, index }
}

/** Whether one runs, and nothing of what came of it. */
const withoutResults = memo((sessions: readonly SessionOut[]): readonly SessionOut[] =>
  sessions.map((session) => {
    const { outcomes } = session
    const told = {
      ...session,
      accuracy: null,
      outcomes: { ...outcomes, right_share: null, right_interval: null },
      warnings: [],
    }
    delete told.position
    return told
  }),
)

/** How sources do, and not when they were last heard of. */
const withoutClock = memo((health: HealthOut | null): HealthOut | null =>
  health === null
    ? null
    : {
        ...health,
        data_sources: health.data_sources.map((source) => ({ ...source, last_event: null, lag_ms: null })),
        warnings: [],
      },
)
