// The swings of the price, taken in hand as marks one after the other: entry and exit at their ends, saved with one key where they are meant.
import { board } from '../charts/board.ts'
import { paysFees, swingBeside, swingsIn, type Swing } from '../marking/swings.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { lookStore } from '../state/look.ts'
import { beginMark, refusalOf, withLeg, type Mark } from '../state/mark.ts'
import { MINUTE, SECOND } from '../state/timeframes.ts'
import { knownUntil, standAt } from './cursor.ts'
import { beginning } from './place-mark.ts'
import { saveMark, undo } from './save-mark.ts'

/** Seconds so far before and after are read at once, ms. */
const REACH = 30 * MINUTE
/** And as often, each time so much further on: six hours of a quiet market. */
const MOST_STEPS = 12

type Way = 1 | -1

/** As a swing put it in hand: another swing takes its place, which a mark that the trader touched keeps. */
let offered: Mark | null = null
/** The way from swing to swing that was asked for last: on, or back. */
let way: Way = 1
/** The one that is offered came with the save of the one beside it. */
let isAfterSave = false

/** Enter on a swing as it was offered: saved, and the next one the same way is in hand; with nothing said where there is none. */
export async function saveSwing(): Promise<void> {
  const { mark } = store.get()
  await saveMark()
  const isNext = mark !== null && mark === offered && store.get().mark === null
  if (!isNext) return
  await offer(mark.entry.time, null, true)
  isAfterSave = isOffered(store.get().mark)
}

/** 9 and 0: the swing before, or the next one, as the mark in hand; where an entry alone is in hand, its exit. */
export async function takeSwing(direction: Way): Promise<void> {
  const { mark, cursor } = store.get()
  if (mark !== null && !isOffered(mark)) return endWithSwing(mark)
  way = direction
  isAfterSave = false
  await offer(mark?.entry.time ?? null, mark, false, cursor.time ?? board.live)
}

/** Ctrl+Z: a swing that nobody touched goes at once, and what was saved before it came with it; else what was done last. */
export async function undoSwing(): Promise<void> {
  if (!isOffered(store.get().mark)) return undo()
  const isSaved = isAfterSave
  isAfterSave = false
  store.set({ mark: null })
  if (isSaved) await undo()
}

function isOffered(mark: Mark | null): boolean {
  return mark !== null && mark === offered
}

/** The swing beside the one that begins at `past`, UTC ms; beside `from` where there is none. Not where another mark than `inHand` is in hand by then. */
async function offer(
  past: number | null,
  inHand: Mark | null,
  isQuiet: boolean,
  from = past ?? board.live,
): Promise<void> {
  const start = past ?? from
  await attempt(async () => {
    const swing = await findFrom(past !== null && way === 1 ? start + SECOND : start, way)
    if (store.get().mark !== inHand) return
    if (swing !== null) take(swing)
    else if (!isQuiet) say(nothing(way), 'warn')
  })
}

/** The nearest one that is offered, in as many readings as it takes. */
async function findFrom(start: number, direction: Way): Promise<Swing | null> {
  const { swingPays } = lookStore.get()
  for (let step = 0; step < MOST_STEPS; step++) {
    const around = start + direction * step * REACH
    if (around > (knownUntil() || Infinity)) return null
    const swings = await swingsAround(around)
    // What a reading ends with on the side that was read before is told by that one.
    const fresh = step === 0 ? swings : direction === 1 ? swings.slice(1) : swings.slice(0, -1)
    const offers = fresh.filter((swing) => !swingPays || paysFees(swing))
    const found = swingBeside(offers, start, direction)
    if (found !== null) return found
  }
  return null
}

function take({ entry, exit }: Swing): void {
  const refusal = refusalOf(null, 'entry', entry)
  if (refusal !== null) return say(refusal, 'warn')
  offered = withLeg(beginMark(entry, beginning(entry)), 'exit', exit)
  store.set({ mark: offered, selected: null })
  void attempt(() => see(entry.time, exit.time))
}

async function see(from: number, to: number): Promise<void> {
  await standAt(to, false)
  await board.revealSpan({ from, to })
}

/** The exit where the swing ends that goes on at the entry. */
async function endWithSwing(mark: Mark): Promise<void> {
  if (mark.exit !== null) return say('A mark is in hand: Enter saves it, Esc drops it.')
  await attempt(async () => {
    const swings = await swingsAround(mark.entry.time)
    const swing = swings.find(({ exit }) => exit.time > mark.entry.time)
    const now = store.get().mark
    if (now?.startedAt !== mark.startedAt || now.exit !== null) return
    if (swing === undefined) return say(nothing(1), 'warn')
    store.set({ mark: withLeg(now, 'exit', swing.exit) })
    void attempt(() => see(now.entry.time, swing.exit.time))
  })
}

/** Of what may be seen, ascending. */
async function swingsAround(instant: number): Promise<Swing[]> {
  const to = Math.min(instant + REACH, knownUntil() || Infinity)
  return swingsIn(await board.read('1s', instant - REACH, to), lookStore.get().swing)
}

function nothing(direction: Way): string {
  if (direction === 1 && isBlind(store.get().cursor))
    return 'No swing is known to begin and end after this second: the future is hidden.'
  const { swing, swingPays } = lookStore.get()
  return `No swing${swingPays ? ' that pays its fees' : ''} begins in the six hours ${direction === 1 ? 'after' : 'before'} this second, as far as it is stored: its ends are the highest or the lowest of ${swing} s on either side (Shift C).`
}
