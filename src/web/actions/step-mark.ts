// What is done to the mark in hand by keys and by the pointer that passes: its legs moved, its side turned, what an exit would give.
import type { CandleRow } from '../../contract/shapes.ts'
import { board } from '../charts/board.ts'
import { legOfSecond } from '../marking/leg-in.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { movedLeg, refusalOf, turned, withLeg, withOtherLeg, type Leg, type Mark } from '../state/mark.ts'
import { SECOND, type Timeframe } from '../state/timeframes.ts'
import { stepBoth } from './both-legs.ts'
import { knownUntil, moveCursor, standAt, stepCursor } from './cursor.ts'
import { priceSeenAt } from './price-seen.ts'

/**
 * Arrow keys: moves the active leg by `delta` ms, or the cursor: while no mark is being made, and to where its exit will be. Resolves when it
 * stands there; what the charts read to show it may take longer.
 */
export async function step(delta: number): Promise<void> {
  const { mark } = store.get()
  const leg = mark === null ? null : movedLeg(mark)
  if (mark === null || leg === null) return void walk(delta)
  if (mark.active === 'whole') return stepBoth(delta)
  const wanted = leg.time + delta
  const time = board.latest > 0 ? Math.min(wanted, board.latest) : wanted
  await attempt(async () => {
    const price = await priceSeenAt(time)
    if (price === null) return say('No 1s candles are stored there.', 'warn')
    const now = store.get().mark
    // Another mark is in hand since.
    if (now?.startedAt === mark.startedAt) moveLeg(now, { time, price })
  })
}

function moveLeg(mark: Mark, leg: Leg): void {
  const name = mark.active === 'exit' ? 'exit' : 'entry'
  const refusal = refusalOf(mark, name, leg)
  if (refusal !== null) return say(refusal, 'warn')
  store.set({ mark: withLeg(mark, name, leg) })
  void attempt(() => standAt(leg.time))
}

/** Moves the cursor by `delta` ms, whatever is in hand, and shows what an exit there would give. */
export async function walk(delta: number): Promise<void> {
  await stepCursor(delta)
  await previewAtCursor()
}

/** Puts the cursor at `time`, UTC ms, and shows what an exit there would give. Resolves once that is known; the charts may take longer. */
export async function goTo(time: number): Promise<void> {
  void attempt(() => moveCursor(time))
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
