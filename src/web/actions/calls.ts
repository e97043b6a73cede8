// Calls of live sessions in the shown market: kept as the server has them, looked at as of their second, judged.
import type { CallOut, CallVerdict } from '../../contract/live-calls.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { api, nameOf } from '../state/api.ts'
import { attempt, isShown, say, store, type AppState } from '../state/app-state.ts'
import { keepAnnotation } from './annotations.ts'
import { showAsOf } from './as-of.ts'
import { noticeCall } from './call-notice.ts'
import { refreshAccuracySoon } from './live.ts'
import { CALLS_KEPT } from './read-market.ts'

/** Older calls that are read at once. */
const OLDER = 500

/** Puts one call as the server has it into the list; newest first. */
export function keepCall(call: CallOut): void {
  const { market, followed } = store.get()
  if (market === null || !sameMarket(call, market)) return
  const before = followed.find(({ id }) => id === call.id)
  const others = followed.filter(({ id }) => id !== call.id)
  const next = [call, ...others].sort((a, b) => Date.parse(b.opened_at) - Date.parse(a.opened_at))
  // Older ones that were asked for stay.
  store.set({ followed: next.slice(0, Math.max(CALLS_KEPT, followed.length)) })
  const isNews = before === undefined || before.withheld === true
  if (isNews && call.withheld !== true && call.outcome === 'open' && call.closed_at === null) noticeCall(call)
  // Its session counts it otherwise than before.
  if (before?.outcome !== call.outcome) refreshAccuracySoon()
}

export function selectedCall({ followed, call }: AppState): CallOut | null {
  return call === null ? null : (followed.find(({ id }) => id === call) ?? null)
}

/** Selects a call and shows what it saw: all charts at its second, everything later hidden. */
export async function showCall({ id, opened_at }: CallOut): Promise<void> {
  await showAsOf(Date.parse(opened_at), id)
}

/** The selected call once more, or the newest: by keys alone, too. */
export async function showNewestCall(): Promise<void> {
  const call = selectedCall(store.get()) ?? store.get().followed[0]
  if (call !== undefined) await showCall(call)
}

/** The next call down the list, or up; older ones are read where it ends. None beyond its ends. */
export async function stepCall(delta: 1 | -1): Promise<void> {
  const next = callBeside(delta)
  const isEnd = next === undefined && delta === 1
  const shown = isEnd && (await readOlderCalls()) ? callBeside(delta) : next
  if (shown !== undefined) await showCall(shown)
}

function callBeside(delta: 1 | -1): CallOut | undefined {
  const { followed, call } = store.get()
  return followed[followed.findIndex(({ id }) => id === call) + delta]
}

/** Reads a page of calls older than those held. True where there were any. */
export async function readOlderCalls(): Promise<boolean> {
  const { market, followed } = store.get()
  const oldest = followed.at(-1)
  if (market === null || oldest === undefined) return false
  let isMore = false
  await attempt(async () => {
    // Another session may have called in the same second.
    const to = new Date(Date.parse(oldest.opened_at) + 1).toISOString()
    const read = await api.calls({ ...nameOf(market), to, limit: OLDER })
    const { followed: held } = store.get()
    const known = new Set(held.map(({ id }) => id))
    const older = read.filter(({ id }) => !known.has(id))
    isMore = older.length > 0
    if (isMore && isShown(market)) store.set({ followed: [...held, ...older] })
  })
  return isMore
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
