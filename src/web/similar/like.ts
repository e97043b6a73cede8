// Moments like a mark, a call or the cursor's second: found, stepped through with the future hidden, said to be HOLD, and left.
import type { SimilarMoment } from '../../contract/moments.ts'
import { selectedCall } from '../actions/calls.ts'
import { keepCursor } from '../actions/kept-cursor.ts'
import { switchTo } from '../actions/markets.ts'
import { showAsOf } from '../actions/as-of.ts'
import { returnTo, standNow } from '../actions/stand.ts'
import { remember } from '../actions/undo-steps.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, isShown, say, store, type AppState } from '../state/app-state.ts'
import { keyOfMoment, momentOf, type Likeness } from '../state/asking.ts'
import { asSeen } from '../state/seen.ts'
import { turned } from './words.ts'

const LISTED = 20

interface Asked {
  readonly of: Likeness['of']
  readonly find: () => Promise<readonly SimilarMoment[]>
}

/** Of the selected call, else of the selected mark, else of the cursor's second. Null where there is none of them. */
function askedOf(state: AppState): Asked | null {
  const { annotations, selected, cursor, market } = state
  if (market === null) return null
  const call = selectedCall(state)
  if (call !== null) {
    const at = Date.parse(call.opened_at)
    const find = async () => {
      const moments = await similarAt(call, at)
      return call.action === 'SELL' ? turned(moments) : moments
    }
    return { of: { what: 'call', at }, find }
  }
  const mark = annotations.find(({ id }) => id === selected)
  if (mark !== undefined) {
    const find = async () => (await api.similar({ annotation: mark.id, limit: LISTED })).similar
    return { of: { what: 'mark', at: Date.parse(mark.entry.timestamp) }, find }
  }
  const { time } = cursor
  return time === null ? null : { of: { what: 'second', at: time }, find: () => similarAt(market, time) }
}

async function similarAt(
  market: { symbol: string; venue: string },
  at: number,
): Promise<readonly SimilarMoment[]> {
  return (await api.similar({ ...nameOf(market), at, limit: LISTED })).similar
}

let finding = 0

/** Shows what is nearest; the charts stay until one is stepped to. */
export async function findLikeThis(): Promise<void> {
  const state = asSeen(store.get())
  const asked = askedOf(state)
  if (asked === null) return
  const turn = ++finding
  const stand = state.like?.stand ?? standNow()
  store.set({ like: { of: asked.of, found: null, reason: null, index: -1, holds: new Map(), stand } })
  const answer = await asked.find().then(
    (found) => ({ found, reason: found.length > 0 ? null : NOTHING }),
    (error: unknown) => ({ found: null, reason: error instanceof Error ? error.message : String(error) }),
  )
  if (turn === finding) change(answer)
}

const NOTHING = 'Nothing like it is known yet: rows of past seconds are still being made.'

/** The next one of the strip, or the one before; none beyond its ends. */
export async function stepMoment(delta: 1 | -1): Promise<void> {
  const { like } = store.get()
  if (like !== null) await goToMoment(like.index + delta)
}

/** All charts at the moment, in its own market, everything later hidden. */
export async function goToMoment(index: number): Promise<void> {
  const moment = store.get().like?.found?.[index]
  if (moment === undefined) return
  change({ index })
  if (!isShown(moment) && !(await showMarketOf(moment))) return
  // Stepped on, or left, while the market was read.
  if (momentOf(store.get().like) === moment) await showAsOf(Date.parse(moment.timestamp))
}

async function showMarketOf(moment: SimilarMoment): Promise<boolean> {
  const market = store.get().markets.find((one) => sameMarket(one, moment))
  if (market === undefined) {
    say(`${moment.symbol} of ${moment.venue} is not among the markets of this page.`, 'warn')
    return false
  }
  // Hidden from the first candle of it that is drawn.
  const time = Date.parse(moment.timestamp)
  keepCursor(sessionStorage, { market, cursor: { time, follows: false, hidesFuture: true } })
  await switchTo(market)
  return isShown(moment)
}

/** X: it is HOLD for all that; Ctrl Z takes it back. The next one comes. */
export async function holdMoment(): Promise<void> {
  const { like } = store.get()
  const moment = momentOf(like)
  if (like === null || moment === null) return
  if (like.holds.has(keyOfMoment(moment))) return stepMoment(1)
  const done = await attempt(async () => {
    const { id } = await api.rejectHold(moment, moment.timestamp)
    remember({ kind: 'HOLD said', id })
    const holds = new Map(store.get().like?.holds).set(keyOfMoment(moment), id)
    change({ holds })
  })
  if (done && momentOf(store.get().like) === moment) await stepMoment(1)
}

/** Esc: the strip goes, and the charts are where they were before. */
export async function leaveLike(): Promise<void> {
  const { like } = store.get()
  if (like === null) return
  finding++
  store.set({ like: null })
  if (like.index >= 0) await returnTo(like.stand)
}

function change(part: Partial<Likeness>): void {
  const { like } = store.get()
  if (like !== null) store.set({ like: { ...like, ...part } })
}
