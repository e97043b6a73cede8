// Looking again, blind, at moments that were labelled: the charts stand at one after the other, their future hidden, until each is answered.
import { showAsOf } from '../actions/as-of.ts'
import { returnTo, standNow } from '../actions/stand.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, say, store, type AppState } from '../state/app-state.ts'
import { blindMomentOf, type SecondAnswer, type SecondLooking } from '../state/asking.ts'
import { isBlind } from '../state/horizon.ts'
import { healthView } from './health-view.ts'

const LOOKS = 12

/** Draws moments of the market that is shown, and goes to the first; where some are being asked about, back to the one that is. */
export async function lookAgain(): Promise<void> {
  const { market, secondLook, like } = store.get()
  store.set({ dialog: null })
  if (market === null) return
  if (secondLook !== null) return stand()
  const from = like?.stand ?? standNow()
  await attempt(async () => {
    const { moments, reason } = await api.drawSecondLooks(market, LOOKS)
    if (reason !== null) return say(reason, 'warn')
    const asked = { moments, index: 0, answered: 0, shownAt: performance.now(), isSeen: false }
    store.set({ selected: null, like: null, suggesting: null, secondLook: { ...asked, stand: from } })
    await stand()
  })
}

/** The charts at what is asked. */
async function stand(): Promise<void> {
  const moment = blindMomentOf(store.get().secondLook)
  if (moment !== null) await showAsOf(Date.parse(moment.timestamp))
}

/** Keeps what the trader sees there now. Who saw what came after it is not blind: that moment is passed over. */
export async function answerLook(answer: SecondAnswer): Promise<void> {
  const { secondLook } = store.get()
  const moment = blindMomentOf(secondLook)
  if (secondLook === null || moment === null) return
  if (secondLook.isSeen) {
    say('You saw what came after it, so it does not count.', 'warn')
    return next(secondLook)
  }
  const spent = Math.round((performance.now() - secondLook.shownAt) / 100) / 10
  const { timestamp } = moment
  const isKept = await attempt(async () => {
    await api.answerSecondLook({ ...nameOf(moment), timestamp, answer, seconds_spent: spent })
  })
  // One answer a moment, however quickly keys are pressed.
  const now = store.get().secondLook
  if (isKept && now?.index === secondLook.index) await next({ ...now, answered: now.answered + 1 })
}

export async function skipLook(): Promise<void> {
  const { secondLook } = store.get()
  if (secondLook !== null) await next(secondLook)
}

/** Esc: what is left is not asked, and the charts are where they were before. */
export async function leaveLooks(): Promise<void> {
  const { secondLook } = store.get()
  if (secondLook === null) return
  store.set({ secondLook: null })
  await returnTo(secondLook.stand)
}

/** After the last one the agreement is shown. */
async function next(looking: SecondLooking): Promise<void> {
  const index = looking.index + 1
  if (index < looking.moments.length) {
    store.set({ secondLook: { ...looking, index, shownAt: performance.now(), isSeen: false } })
    return stand()
  }
  await leaveLooks()
  healthView.set({ list: 'second' })
  if (looking.answered > 0) store.set({ dialog: 'data-set' })
}

/** Notes who looks at what came after a moment that is asked about. */
export function wireSecondLooks(): void {
  store.watch((state, before) => {
    const { secondLook, cursor } = state
    const moment = blindMomentOf(secondLook)
    if (secondLook === null || moment === null || secondLook.isSeen || cursor === before.cursor) return
    if (seesBeyond(state, Date.parse(moment.timestamp)))
      store.set({ secondLook: { ...secondLook, isSeen: true } })
  })
}

/** Before the charts stand at it, they show what they showed. */
function seesBeyond({ cursor }: AppState, at: number): boolean {
  return !isBlind(cursor) || (cursor.time ?? Infinity) > at
}
