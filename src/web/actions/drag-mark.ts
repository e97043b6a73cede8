// A mark dragged on a chart: held, moved, dropped or let go. What is dropped of a saved annotation is one edit, one request; refused, it springs back.
import { board } from '../charts/board.ts'
import type { Grip } from '../charts/grips.ts'
import type { DragPlace } from '../charts/pane-drags.ts'
import {
  heldOf,
  isLeg,
  isOther,
  withDraggedBoth,
  withDraggedLeg,
  withLevel,
  type Dragged,
  type Reach,
} from '../marking/dragged.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import type { Leg, LegName, Mark } from '../state/mark.ts'
import { SECOND, type Timeframe } from '../state/timeframes.ts'
import { knownUntil } from './cursor.ts'
import { isSeconds, legAt, legNear, secondBefore } from './leg-under.ts'
import { saveMark } from './save-mark.ts'
import { priceSeenAt } from './price-seen.ts'
import { tellEntry } from './shown.ts'

/** What is held, as it was when it was taken hold of. */
interface Hold {
  readonly grip: Grip
  readonly mark: Mark
}

let hold: Hold | null = null

/** Takes hold of a part of the mark in hand, or of a saved annotation where none is. False where that cannot be now. */
export function takeHold(grip: Grip): boolean {
  const { mark: inHand, annotations, isSaving, dialog } = store.get()
  const saved = annotations.find(({ id }) => id === grip.id)
  const mark = grip.id === null ? inHand : saved === undefined ? null : heldOf(saved, performance.now())
  if (mark === null || isSaving || dialog !== null || hold !== null) return false
  hold = { grip, mark }
  store.set({ mark, held: grip.part, heldFault: null, selected: grip.id ?? store.get().selected })
  return true
}

/** Moves what is held to where the pointer is; where it may not be it stays where it was last, and says why. */
export function dragTo(timeframe: Timeframe, at: DragPlace): void {
  if (hold === null) return
  const { mark, fault } = provisional(hold, timeframe, at)
  const now = store.get().mark
  store.set({ mark: fault === null || now === null ? mark : now, heldFault: fault })
}

/** Leaves it there: a mark in hand stays in hand, a saved one is saved. What may not be there springs back. */
export async function dropAt(timeframe: Timeframe, at: DragPlace): Promise<void> {
  const held = hold
  if (held === null) return
  const done = await attempt(async () => {
    const { mark, fault } = await exact(held, timeframe, at)
    if (hold !== held) return
    if (fault !== null) return refuse(fault)
    hold = null
    await keep(held, mark, timeframe)
  })
  if (!done) letGo()
}

/** Esc, or the pointer is lost: all as before. True if something was held. */
export function letGo(): boolean {
  if (hold === null) return false
  store.set({ mark: hold.grip.id === null ? hold.mark : null, held: null, heldFault: null })
  hold = null
  return true
}

function refuse(fault: string): void {
  letGo()
  say(fault, 'warn')
}

async function keep({ grip, mark: before }: Hold, mark: Mark, timeframe: Timeframe): Promise<void> {
  const { editing } = mark
  if (grip.id === null || editing === null) return store.set({ mark, held: null, heldFault: null })
  if (!isOther(mark, editing)) return store.set({ mark: null, held: null, heldFault: null })
  if (mark.entry.time !== before.entry.time) void tellEntry(mark.entry.time)
  store.set({ mark, held: null, heldFault: null })
  await saveMark()
  // Not saved: it stands where it stood.
  if (store.get().mark === mark) store.set({ mark: null })
  if (isLeg(grip.part) && !isSeconds(timeframe))
    await board.reveal(legOf(mark, grip.part).time, { except: timeframe })
}

function legOf(mark: Mark, name: LegName): Leg {
  return name === 'exit' && mark.exit !== null ? mark.exit : mark.entry
}

/** How far a mark may reach now. */
export function reach(): Reach {
  return { until: knownUntil() || Infinity, isBlind: isBlind(store.get().cursor) }
}

/** At once, of what the charts hold: on 1s it is exact, on longer candles within the candle under the pointer. */
function provisional({ grip: { part }, mark }: Hold, timeframe: Timeframe, at: DragPlace): Dragged {
  if (part === 'stop' || part === 'target') return withLevel(mark, part, rounded(at.price))
  if (isLeg(part)) return withDraggedLeg(mark, part, legNear(timeframe, at), reach())
  const { entry, exit } = moved(mark, at)
  return withDraggedBoth(
    mark,
    legSeen(entry, mark.entry, timeframe),
    legSeen(exit, mark.exit, timeframe),
    reach(),
  )
}

/** With the price of its second: what the charts do not hold is read. */
async function exact(held: Hold, timeframe: Timeframe, at: DragPlace): Promise<Dragged> {
  const { grip, mark } = held
  if (grip.part === 'stop' || grip.part === 'target') return provisional(held, timeframe, at)
  if (isLeg(grip.part)) return withDraggedLeg(mark, grip.part, await legAt(timeframe, at), reach())
  const { entry, exit } = moved(mark, at)
  return withDraggedBoth(mark, await legOf1s(entry), await legOf1s(exit), reach())
}

/** Both legs by as many whole seconds as the pointer went. */
function moved(mark: Mark, { shift }: DragPlace): { entry: number; exit: number } {
  const by = Math.round(shift / SECOND) * SECOND
  return { entry: mark.entry.time + by, exit: (mark.exit ?? mark.entry).time + by }
}

async function legOf1s(time: number): Promise<Leg | null> {
  const price = await priceSeenAt(time)
  return price === null ? null : { time, price }
}

/** The leg's price where no chart holds that second. */
function legSeen(time: number, kept: Leg | null, timeframe: Timeframe): Leg | null {
  const row = secondBefore(time) ?? board.pane(timeframe)?.seenAt(time - 1) ?? null
  return row === null ? (kept === null ? null : { time, price: kept.price }) : { time, price: row[4] }
}

/** To the market's decimals. */
function rounded(price: number): number {
  return Number(price.toFixed(store.get().digits))
}
