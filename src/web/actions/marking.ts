// Making a mark: entry, exit, steps of a second, direction, save, cancel. The machine itself is marking/mark.ts.
import type { AnnotationBody, AnnotationOut } from '../../contract/annotations.ts'
import type { MarketName } from '../../contract/market-name.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { api, nameOf } from '../state/api.ts'
import { momentOf } from '../state/asking.ts'
import { dateTime, signedPct } from '../state/format.ts'
import { attempt, isShown, say, store } from '../state/app-state.ts'
import { MINUTE, SECOND, type Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import {
  beginEdit,
  beginMark,
  movedLeg,
  outcomeOf,
  refusalOf,
  planFault,
  stepBack,
  turned,
  withLeg,
  withOtherLeg,
  type Leg,
  type LegName,
  type Mark,
  type MarkMode,
} from '../state/mark.ts'
import { legOfSecond, resolveClick } from '../marking/resolve.ts'
import { sourceOf } from './markets.ts'
import { stepBoth } from './both-legs.ts'
import { priceSeenAt } from './price-seen.ts'
import { knownUntil, moveCursor, standAt, stepCursor } from './cursor.ts'
import { allTold } from './shown.ts'
import { isCurrentMiss, NEAR, settleMiss } from './misses.ts'
import { undoLast } from './undo.ts'
import { replacing, withStep } from './awaited-steps.ts'
import type { Step } from './undo-steps.ts'
import { bodyOfSaved, keepAnnotation } from './annotations.ts'

/** A mark older than this when its entry is chosen is hindsight. */
const LIVE_WITHIN = 5 * SECOND
let resolving = 0

/** A click on a candle of any chart: the entry, then the exit; once more moves the exit. */
export async function clickCandle(timeframe: Timeframe, row: CandleRow, price: number): Promise<void> {
  const count = ++resolving
  const { mark } = store.get()
  const until = knownUntil() || Infinity
  const done = await attempt(async () => {
    const leg = await resolveClick(store.get().intervals[timeframe], row, price, until, board.read)
    if (count !== resolving) return
    if (leg === null) return missSeconds(timeframe, row)
    await place(mark === null ? 'entry' : 'exit', leg, timeframe)
  })
  if (!done) resolving++
}

/** No second is stored inside the candle. Where it can be fetched, the cursor goes there and the chart offers it. */
async function missSeconds(timeframe: Timeframe, row: CandleRow): Promise<void> {
  const { health, market } = store.get()
  if (sourceOf(health, market)?.kind !== 'exchange') return say(noSeconds(timeframe, row), 'warn')
  const interval = store.get().intervals[timeframe]
  await moveCursor(row[0] + Math.min(interval.step, MINUTE))
  say(
    `The seconds of this ${interval.name} candle are not stored yet. W fetches what is missing, then click again.`,
    'warn',
  )
}

function noSeconds(timeframe: Timeframe, row: CandleRow): string {
  const at = dateTime(row[0]).slice(0, 16)
  const { name } = store.get().intervals[timeframe]
  return `No 1s candles are stored inside this ${name} candle (${at}). Choose a later one, or import its trades.`
}

/** A: the next point at the as-of cursor; the entry first, then the exit. */
export async function placeAtCursor(): Promise<void> {
  const { cursor, mark } = store.get()
  const time = cursor.time ?? board.live
  if (time === 0) return
  const at = mark === null ? time : Math.max(time, mark.entry.time + SECOND)
  await attempt(async () => {
    const price = await priceSeenAt(at)
    if (price === null)
      return say(`No price is known at the cursor: no 1s candles are stored there.${fetchHint()}`, 'warn')
    await place(mark === null ? 'entry' : 'exit', { time: at, price })
  })
}

/** What to do about it, where the market's exchange may have them. */
function fetchHint(): string {
  const { health, market } = store.get()
  return sourceOf(health, market)?.kind === 'exchange' ? ' W fetches what is missing in view.' : ''
}

async function place(name: LegName, leg: Leg, clicked?: Timeframe): Promise<void> {
  const { mark } = store.get()
  const refusal = refusalOf(mark, mark === null ? 'entry' : name, leg)
  if (refusal !== null) return say(refusal, 'warn')
  if (mark === null) {
    const active: LegName = clicked === undefined ? 'exit' : 'entry'
    store.set({ mark: beginMark(leg, beginning(leg), active), selected: null })
  } else store.set({ mark: withLeg(mark, name, leg) })
  await standAt(leg.time, false)
  await board.reveal(leg.time, clicked === undefined ? {} : { except: clicked })
}

/** How a mark begins that is entered at `leg` now. */
export function beginning(leg: Leg): { mode: MarkMode; visibleUntil: number | null; startedAt: number } {
  const { cursor } = store.get()
  const isHidden = cursor.hidesFuture && cursor.time !== null
  const visibleUntil = isHidden ? cursor.time : board.latest || null
  return { mode: modeOf(leg, isHidden), visibleUntil, startedAt: performance.now() }
}

function modeOf(leg: Leg, isHidden: boolean): MarkMode {
  if (isCurrentMiss(leg.time) || isCurrentMoment(leg.time)) return 'proposal'
  if (isHidden) return 'replay'
  return board.live > 0 && board.live - leg.time <= LIVE_WITHIN ? 'live' : 'hindsight'
}

/** Whether `time` lies at the moment like another that is being looked at. */
function isCurrentMoment(time: number): boolean {
  const moment = momentOf(store.get().like)
  return moment !== null && isShown(moment) && Math.abs(Date.parse(moment.timestamp) - time) <= NEAR
}

/** Arrow keys: moves the active leg by `delta` ms, or the cursor: while no mark is being made, and to where its exit will be. */
export async function step(delta: number): Promise<void> {
  const { mark } = store.get()
  const leg = mark === null ? null : movedLeg(mark)
  if (leg === null) return walk(delta)
  if (mark?.active === 'whole') return stepBoth(delta)
  const wanted = leg.time + delta
  const time = board.latest > 0 ? Math.min(wanted, board.latest) : wanted
  await attempt(async () => {
    const price = await priceSeenAt(time)
    if (price === null) return say('No 1s candles are stored there.', 'warn')
    const now = store.get().mark
    if (now === null) return
    const moved = { time, price }
    const name = now.active === 'exit' ? 'exit' : 'entry'
    const refusal = refusalOf(now, name, moved)
    if (refusal !== null) return say(refusal, 'warn')
    store.set({ mark: withLeg(now, name, moved) })
    await standAt(time)
  })
}

/** Moves the cursor by `delta` ms, whatever is in hand, and shows what an exit there would give. */
export async function walk(delta: number): Promise<void> {
  await stepCursor(delta)
  await previewAtCursor()
}

/** What an exit at the cursor would give, while none is chosen. */
async function previewAtCursor(): Promise<void> {
  const { mark, cursor } = store.get()
  const { time } = cursor
  if (mark === null || mark.exit !== null || time === null) return
  const price = time > mark.entry.time ? await priceSeenAt(time).catch(() => null) : null
  const now = store.get().mark
  if (now === null || now.exit !== null || store.get().cursor.time !== time) return
  store.set({ mark: { ...now, preview: price === null ? null : { time, price } } })
}

/** E: which leg the arrow keys move. */
export function switchLeg(): void {
  const { mark } = store.get()
  if (mark === null) return
  const switched = withOtherLeg(mark)
  const time = (movedLeg(switched) ?? switched.preview ?? switched.entry).time
  store.set({ mark: switched })
  void standAt(time)
}

export function setDirection(direction: 'LONG' | 'SHORT'): void {
  const { mark } = store.get()
  if (mark === null) return
  store.set({ mark: turned(mark, direction) })
}

/** Follows the pointer while the exit is being chosen. */
export function previewExit(at: { timeframe: Timeframe; row: CandleRow | null; price: number } | null): void {
  const { mark } = store.get()
  if (mark === null || mark.exit !== null) return
  const preview = at === null || at.row === null ? null : previewLeg(at.timeframe, at.row, at.price)
  if (preview === null && mark.preview === null) return
  store.set({ mark: { ...mark, preview } })
}

function previewLeg(timeframe: Timeframe, row: CandleRow, price: number): Leg {
  const { step: length } = store.get().intervals[timeframe]
  if (length === SECOND) return legOfSecond(row)
  const end = row[0] + length
  const known = knownUntil()
  return {
    time: known > 0 ? Math.min(end, known) : end,
    price: Math.min(Math.max(price, row[3]), row[2]),
  }
}

/** Enter: saves the mark; its test case is written before the answer. The view stays, the next mark can start at once. */
export async function saveMark(): Promise<void> {
  const { mark, market, isSaving } = store.get()
  const body = mark === null || market === null || isSaving ? null : bodyOf(mark, market)
  if (mark === null || body === null) return
  const { editing } = mark
  const fault = planFault(mark)
  if (fault !== null) return say(fault, 'warn')
  store.set({ isSaving: true })
  await attempt(async () => {
    await allTold()
    const out = await withStep(stepOfSave(mark), async () => {
      const stored =
        editing === null
          ? await api.createAnnotation(body)
          : await api.replaceAnnotation(editing.id, withTexts(body, editing))
      keepAnnotation(stored)
      return stored
    })
    store.set({ mark: null, selected: out.id })
    settleMiss(mark.entry.time)
    sayOutcome(out)
  })
  store.set({ isSaving: false })
}

/** Null while the exit is not chosen. */
function bodyOf(mark: Mark, market: MarketName): AnnotationBody | null {
  const outcome = outcomeOf(mark)
  if (outcome === null || mark.exit === null) return null
  return {
    ...nameOf(market),
    direction: outcome.direction,
    entry: { timestamp: mark.entry.time, price: mark.entry.price },
    exit: { timestamp: mark.exit.time, price: mark.exit.price },
    stop_price: mark.stop,
    target_price: mark.target,
    ...(mark.texts === null ? {} : { notes: mark.texts.notes, tags: [...mark.texts.tags] }),
    provenance: {
      mode: mark.mode,
      visible_until: mark.visibleUntil,
      seconds_spent: spentOn(mark),
    },
  }
}

/** How long it was in hand, seconds, beside what it took before; unknown where that is. */
function spentOn({ startedAt, editing }: Mark): number | null {
  const before = editing === null ? 0 : editing.provenance.seconds_spent
  return before === null ? null : Math.round(before * 10 + (performance.now() - startedAt) / 100) / 10
}

function withTexts(body: AnnotationBody, kept: AnnotationOut): AnnotationBody {
  return { ...body, notes: kept.notes, tags: kept.tags }
}

/** A new one is known by its instants: it has no id before the server gave it one. */
function stepOfSave({ entry, exit, editing }: Mark): (told: AnnotationOut) => Step | null {
  if (editing !== null) return replacing('annotation adjusted', editing, bodyOfSaved)
  const known = new Set(store.get().annotations.map(({ id }) => id))
  return (told) => {
    const isIt =
      !known.has(told.id) &&
      Date.parse(told.entry.timestamp) === entry.time &&
      Date.parse(told.exit.timestamp) === exit?.time
    return isIt ? { kind: 'annotation saved', id: told.id } : null
  }
}

function sayOutcome(out: AnnotationOut): void {
  const net = signedPct(out.net_profit_loss_pct)
  // What was drawn was saved where it was let go, nobody pressed a button.
  const back = store.get().isDrawing ? ' Ctrl Z takes it back.' : ''
  if (out.warnings.length > 0) return say(`Saved, ${net} net. ${out.warnings.join(' ')}${back}`, 'warn')
  say(`Saved: ${out.direction} ${net} net. Its test case is written.`, 'good')
}

/** Esc: drops the mark or the started span. True if there was one. */
export function cancelMark(): boolean {
  const { mark, spanStart } = store.get()
  if (mark === null && spanStart === null) return false
  resolving++
  store.set({ mark: null, spanStart: null })
  return true
}

/** Resolves when nothing is being saved: what was saved last is what is to be taken back. */
function saved(): Promise<void> {
  if (!store.get().isSaving) return Promise.resolve()
  return new Promise((resolve) => {
    const stop = store.watch(({ isSaving }) => {
      if (isSaving) return
      stop()
      resolve()
    })
  })
}

/** Ctrl+Z: takes back the exit, then the entry, then what was stored last. */
export async function undo(): Promise<void> {
  await saved()
  const { mark, isDrawing } = store.get()
  if (mark === null) return undoLast()
  // What was drawn at once goes at once.
  const back = isDrawing ? null : stepBack(mark)
  store.set({ mark: back })
  if (back !== null) await standAt(back.entry.time)
}

/** M: takes the selected annotation in hand again. */
export function adjustSelected(): void {
  const { selected, annotations } = store.get()
  const annotation = annotations.find((one) => one.id === selected)
  if (annotation === undefined) return
  const mark = beginEdit(annotation, performance.now())
  store.set({ mark })
  void standAt(mark.entry.time)
}
