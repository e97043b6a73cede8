// Calls of live sessions in the shown market: kept as the server has them, looked at as of their second, judged.
import type { CallOut, CallVerdict } from '../../contract/live-calls.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { api } from '../state/api.ts'
import { attempt, say, store, type AppState } from '../state/app-state.ts'
import { keepAnnotation } from './annotations.ts'
import { showAsOf } from './as-of.ts'
import { noticeCall } from './call-notice.ts'
import { refreshAccuracySoon } from './live.ts'
import { CALLS_KEPT } from './read-market.ts'

/** Puts one call as the server has it into the list; newest first. */
export function keepCall(call: CallOut): void {
  const { market, followed } = store.get()
  if (market === null || !sameMarket(call, market)) return
  const before = followed.find(({ id }) => id === call.id)
  const others = followed.filter(({ id }) => id !== call.id)
  const next = [call, ...others].sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at))
  store.set({ followed: next.slice(0, CALLS_KEPT) })
  const isNews = before === undefined || before.withheld === true
  if (isNews && call.withheld !== true && call.outcome === 'open' && call.closed_at === null) noticeCall(call)
  // Its session counts it otherwise than before.
  if (before?.outcome !== call.outcome) refreshAccuracySoon()
}

export function selectedCall({ followed, call }: AppState): CallOut | null {
  return followed.find(({ id }) => id === call) ?? null
}

/** Selects a call and shows what it saw: all charts at its second, everything later hidden. */
export async function showCall({ id, opened_at }: CallOut): Promise<void> {
  await showAsOf(Date.parse(opened_at), id)
}

/** The next call down the list, or up: none beyond its ends. */
export async function stepCall(delta: 1 | -1): Promise<void> {
  const { followed, call } = store.get()
  const next = followed[followed.findIndex(({ id }) => id === call) + delta]
  if (next !== undefined) await showCall(next)
}

/** Says what the selected call was; null takes that back. */
export async function judgeSelected(verdict: CallVerdict | null): Promise<void> {
  const call = selectedCall(store.get())
  if (call === null) return
  await attempt(async () => {
    const { annotation, ...judged } = await api.judgeCall(call.id, verdict)
    keepCall(judged)
    if (annotation === null) return
    keepAnnotation(annotation)
    store.set({ selected: annotation.id })
    say('Marked at its second, and selected. Its exit is where the call ended so far: M adjusts it.', 'good')
  })
}
