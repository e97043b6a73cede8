// The swings of the price, taken in hand as marks one after the other: entry and exit at their ends, saved with one key where they are meant.
import { board } from '../charts/board.ts'
import { swingBeside, swingsIn, type Swing } from '../marking/swings.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { lookStore } from '../state/look.ts'
import { beginMark, refusalOf, withLeg, type Mark } from '../state/mark.ts'
import { MINUTE, SECOND } from '../state/timeframes.ts'
import { knownUntil, standAt } from './cursor.ts'
import { beginning } from './place-mark.ts'
import { saveMark } from './save-mark.ts'

/** How far a swing is looked for, ms: as many seconds before and after are read at once. */
const REACH = 30 * MINUTE

/** As a swing put it in hand: another swing takes its place, which a mark that the trader touched keeps. */
let offered: Mark | null = null

/** Enter on a swing as it was offered: saved, and the next one is in hand; with nothing said where there is none. */
export async function saveSwing(): Promise<void> {
  const { mark } = store.get()
  await saveMark()
  const isNext = mark !== null && mark === offered && store.get().mark === null
  if (isNext) await takeSwing(1, true)
}

/** 9 and 0: the swing before, or the next one, as the mark in hand; where an entry alone is in hand, its exit. */
export async function takeSwing(direction: 1 | -1, isQuiet = false): Promise<void> {
  const { mark, cursor } = store.get()
  if (mark !== null && mark !== offered) return endWithSwing(mark)
  const from = mark?.entry.time ?? cursor.time ?? board.live
  await attempt(async () => {
    const swings = await swingsAround(from)
    const swing = swingBeside(swings, mark !== null && direction === 1 ? from + SECOND : from, direction)
    if (store.get().mark !== mark) return
    if (swing !== null) take(swing)
    else if (!isQuiet) say(nothing(direction), 'warn')
  })
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

function nothing(direction: 1 | -1): string {
  if (direction === 1 && isBlind(store.get().cursor))
    return 'No swing is known to begin and end after this second: the future is hidden.'
  const { swing } = lookStore.get()
  return `No swing begins in the half hour ${direction === 1 ? 'after' : 'before'} this second, as far as it is stored: its ends are the highest or the lowest of ${swing} s on either side (Shift C).`
}
