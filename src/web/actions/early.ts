// A call that came early for the trader's own entry: which one is looked at, and moving the entry to it.
import { api } from '../state/api.ts'
import { attempt, say, store, type AppState } from '../state/app-state.ts'
import { earlyOf, type Early, type EarlyCall } from '../marking/early.ts'
import { heldOf, withDraggedLeg } from '../marking/dragged.ts'
import { bodyOfSaved, keepAnnotation } from './annotations.ts'
import { selectedCall } from './calls.ts'
import { currentMiss, settleCurrent } from './misses.ts'
import { priceSeenAt } from './price-seen.ts'
import { allTold, tellEntry } from './shown.ts'
import { knownUntil } from './cursor.ts'
import { isBlind } from '../state/horizon.ts'
import { replacing, withStep } from './awaited-steps.ts'

/** The call that is looked at: the selected one of a live session, else the false call of a training in hand. */
function lookedAt(state: AppState): EarlyCall | null {
  const call = selectedCall(state)
  if (call !== null) return { time: Date.parse(call.opened_at), action: call.action, price: call.price }
  const miss = currentMiss()
  if (miss?.kind !== 'false_call') return null
  return { time: Date.parse(miss.timestamp), action: miss.action, price: null }
}

/** What it was early for, of the marks that may be seen; null where it was not. */
export function currentEarly(state: AppState): { call: EarlyCall; early: Early } | null {
  const call = lookedAt(state)
  const early = call === null ? null : earlyOf(call, state.annotations)
  return call === null || early === null ? null : { call, early }
}

/** Moves the mark's entry to the call's second, at its last close: one request, which Ctrl+Z takes back. */
export async function moveEntryHere(): Promise<void> {
  const found = currentEarly(store.get())
  if (found === null) return
  const { annotation, seconds } = found.early
  const { time } = found.call
  await attempt(async () => {
    const price = await priceSeenAt(time)
    const reach = { until: knownUntil() || Infinity, isBlind: isBlind(store.get().cursor) }
    const leg = price === null ? null : { time, price }
    const { mark, fault } = withDraggedLeg(heldOf(annotation, 0), 'entry', leg, reach)
    if (fault !== null) return say(fault, 'warn')
    void tellEntry(time)
    await allTold()
    const entry = { timestamp: new Date(time).toISOString(), price: mark.entry.price }
    await withStep(replacing('annotation adjusted', annotation, bodyOfSaved), async () =>
      keepAnnotation(await api.replaceAnnotation(annotation.id, { ...bodyOfSaved(annotation), entry })),
    )
    settleCurrent()
    say(`Your entry is ${seconds} s earlier now. Ctrl+Z takes that back.`, 'good')
  })
}
