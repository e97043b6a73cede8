// From the page's state to what is drawn on the charts.
import { actionOf } from '../../contract/direction.ts'
import { sameMarket } from '../../contract/market-name.ts'
import type { SuggestionOut } from '../../contract/suggestions.ts'
import { keyOfMiss } from '../marking/misses.ts'
import { besideIt, runningHere } from '../actions/live.ts'
import { missesOf } from '../state/run-misses.ts'
import { asSeen } from '../state/seen.ts'
import { memo } from '../state/cut.ts'
import { duration, ratioText, signedPct } from '../state/format.ts'
import { draws, drawnWords, pays } from '../state/drawing.ts'
import { outcomeOf, type Mark, type Outcome, type Part } from '../state/mark.ts'
import type { Span } from '../charts/candle-window.ts'
import {
  outside,
  type CallShape,
  type MarkShape,
  type PreviewShape,
  type Scene,
  type Shape,
  type TestedShape,
} from '../charts/scene.ts'
import type { AppState } from '../state/app-state.ts'

/** A span that ended this close to the newest second when it was read goes on with it. */
const OPEN_END = 60_000

const shapesOf = memo((annotations: AppState['annotations'], edited: string | null): Shape[] =>
  annotations
    .filter((one) => one.id !== edited)
    .map((one) => ({
      id: one.id,
      direction: one.direction,
      from: Date.parse(one.entry.timestamp),
      to: Date.parse(one.exit.timestamp),
      entry: one.entry.price,
      exit: one.exit.price,
      stop: one.stop_price,
      target: one.target_price,
    }))
    .toSorted((a, b) => a.from - b.from),
)

const longestOf = memo((shapes: readonly Shape[]) =>
  shapes.reduce((longest, shape) => Math.max(longest, shape.to - shape.from), 0),
)

const reviewedOf = memo((spans: AppState['reviewed']): Span[] =>
  spans.map((span) => ({ from: Date.parse(span.from), to: Date.parse(span.to) })),
)

const barredOf = memo((market: AppState['market'], now: number): Span[] => {
  if (market === null) return []
  const spans = market.test_case_spans.map((span) => ({
    from: Date.parse(span.from),
    to: Date.parse(span.to) >= now - OPEN_END ? Number.POSITIVE_INFINITY : Date.parse(span.to),
  }))
  return outside(spans)
})

const outcomesOf = memo(
  (followed: AppState['followed']) =>
    new Map(
      followed.flatMap(({ id, outcome: kind, outcome_at: at }) =>
        kind === 'open' || at === null ? [] : [[id, { kind, at: Date.parse(at) }] as const],
      ),
    ),
)

const callsOf = memo((calls: AppState['calls'], outcomes: ReturnType<typeof outcomesOf>): CallShape[] =>
  calls.flatMap((signal) =>
    // What all patterns come to is the call of one of them, which is there by itself.
    signal.action === 'HOLD' || signal.price === null || signal.parts !== undefined
      ? []
      : [
          {
            time: Date.parse(signal.timestamp),
            action: signal.action,
            price: signal.price,
            confidence: signal.confidence,
            outcome: outcomes.get(signal.call_id ?? '') ?? null,
          },
        ],
  ),
)

const besideOf = memo(besideIt)

const ticksOf = memo((signals: AppState['signals'], beside: ReadonlySet<string>) => {
  const own = beside.size === 0 ? signals : signals.filter(({ session }) => !beside.has(session))
  return own.toReversed().map((signal) => ({
    time: Date.parse(signal.timestamp),
    action: signal.action,
    score: signal.scores === null ? null : signal.scores[signal.action],
  }))
})

const previewOf = memo((preview: AppState['preview'], isShown: boolean): PreviewShape[] => {
  if (preview === null || !isShown) return []
  const calls = preview.calls.flatMap(({ timestamp, action, price, annotation_id }): PreviewShape[] =>
    price === null
      ? []
      : [{ time: Date.parse(timestamp), action, price, kind: annotation_id === null ? 'false_call' : 'hit' }],
  )
  const missed = preview.misses.map(({ timestamp, action, price }): PreviewShape => ({
    time: Date.parse(timestamp),
    action,
    price,
    kind: 'missed',
  }))
  return [...calls, ...missed].sort((a, b) => a.time - b.time)
})

const askedOf = memo((question: SuggestionOut | null): PreviewShape[] =>
  question === null
    ? []
    : [
        {
          time: Date.parse(question.entry.timestamp),
          action: actionOf(question.direction),
          price: question.entry.price,
          kind: 'asked',
        },
      ],
)

const hollowOf = memo((preview: readonly PreviewShape[], asked: readonly PreviewShape[]) =>
  asked.length === 0 ? preview : [...preview, ...asked].sort((a, b) => a.time - b.time),
)

const NONE: readonly TestedShape[] = []

/** Of another market there is nothing to mark. */
function testedOf({ tested, market, showsTested }: AppState): readonly TestedShape[] {
  const isHere = tested !== null && market !== null && sameMarket(tested, market)
  return isHere && showsTested ? tested.calls : NONE
}

const missShapesOf = memo((runs: AppState['runs'], misses: AppState['misses']) => {
  const run = misses === null ? undefined : runs.find((one) => one.id === misses.run)
  if (run === undefined || misses === null) return []
  return missesOf(run).map((miss, index) => ({
    time: Date.parse(miss.timestamp),
    kind: miss.kind,
    isDone: misses.done.includes(keyOfMiss(miss)),
    isCurrent: index === misses.index,
  }))
})

const markOf = memo((mark: Mark | null, held: Part | null, isDrawing: boolean): MarkShape | null => {
  if (mark === null) return null
  const outcome = outcomeOf(mark)
  if (isDrawing && held !== null && mark.editing === null && outcome !== null)
    return drawnShape(mark, outcome)
  return {
    entry: mark.entry,
    exit: mark.exit ?? mark.preview,
    direction: outcome?.direction ?? mark.flipped,
    isPreview: mark.exit === null,
    active: held === 'entry' || held === 'exit' || held === 'whole' ? held : mark.active,
    stop: mark.stop,
    target: mark.target,
    words: held === null || outcome === null ? null : outcomeWords(outcome),
  }
})

/** While it is drawn; where its fees are not paid it has neither side's colour. */
function drawnShape(mark: Mark, outcome: Outcome): MarkShape {
  const { entry, exit, stop, target } = mark
  const direction = pays(outcome) ? outcome.direction : null
  return { entry, exit, direction, isPreview: false, active: 'exit', stop, target, words: drawnWords(mark) }
}

function outcomeWords({ net, seconds, ratio }: Outcome): string {
  const reward = ratio === null ? '' : ` · ${ratioText(ratio)}`
  return `${signedPct(net)} net · ${duration(seconds)}${reward}`
}

/** The scene of `state`, of as much as it may be seen; parts that did not change keep their identity. */
export function sceneOf(whole: AppState): Scene {
  const state = asSeen(whole)
  const { cursor, mark, spanStart } = state
  const shapes = shapesOf(state.annotations, mark?.editing?.id ?? null)
  const draftEnd = cursor.time ?? spanStart
  return {
    asOf: cursor.time,
    follows: cursor.follows,
    hidesFuture: cursor.hidesFuture,
    shapes,
    longestShape: longestOf(shapes),
    selected: state.selected,
    draws: draws(state),
    mark: markOf(mark, state.held, state.isDrawing),
    reviewed: reviewedOf(state.reviewed),
    draft:
      spanStart === null || draftEnd === null
        ? null
        : { from: Math.min(spanStart, draftEnd), to: Math.max(spanStart, draftEnd) },
    barred: barredOf(state.market, state.marketReadAt),
    calls: callsOf(state.calls, outcomesOf(state.followed)),
    ticks: ticksOf(state.signals, besideOf(state.sessions, runningHere(state))),
    preview: hollowOf(
      previewOf(state.preview, state.showsPreview),
      askedOf(state.suggesting?.question ?? null),
    ),
    tested: testedOf(state),
    misses: missShapesOf(state.runs, state.misses),
  }
}
