// Reviewed spans: R at the start, R at the end; delete with undo.
import type { MarketName } from '../../contract/market-name.ts'
import type { ReviewedSpanOut } from '../../contract/annotations.ts'
import { api, nameOf } from '../state/api.ts'
import { duration } from '../state/format.ts'
import { attempt, isShown, say, store } from '../state/app-state.ts'
import { board } from '../charts/board.ts'
import { standAt } from './cursor.ts'
import { remember } from './undo-steps.ts'

/** Spans of one page. */
const PAGE = 1000

/** R: starts a reviewed span at the cursor, and ends it there the second time. */
export async function markReviewed(): Promise<void> {
  const { spanStart, cursor } = store.get()
  const time = cursor.time ?? board.live
  if (time === 0) return
  if (spanStart === null) {
    store.set({ spanStart: time })
    return say('Reviewed span started. Move the cursor to its end and press R again; Esc drops it.')
  }
  if (time === spanStart) return say('The span is empty: move the cursor to its end first.', 'warn')
  store.set({ spanStart: null })
  await save(Math.min(spanStart, time), Math.max(spanStart, time))
}

async function save(from: number, to: number): Promise<void> {
  const { market } = store.get()
  if (market === null) return
  await attempt(async () => {
    await storeSpan(market, from, to)
    say(`Reviewed: ${duration((to - from) / 1000)}. What you marked in it is all you would take.`, 'good')
  })
}

async function storeSpan(market: MarketName, from: number, to: number): Promise<void> {
  remember({ kind: 'reviewed span added', id: await putSpan(market, from, to) })
}

/** Stores [from, to), UTC ms, as reviewed. Returns its id. */
export async function putSpan(market: MarketName, from: number, to: number): Promise<string> {
  const span = await api.createReviewedSpan({ ...nameOf(market), from, to })
  if (isShown(span)) keepReviewed([...store.get().reviewed.filter(({ id }) => id !== span.id), span])
  return span.id
}

/** Takes one that is stored no more off the list. */
export function dropSpan(id: string): void {
  keepReviewed(store.get().reviewed.filter((span) => span.id !== id))
}

export async function refreshSpans(): Promise<void> {
  const { market } = store.get()
  if (market === null) return
  const spans: ReviewedSpanOut[] = []
  let next: string | null = null
  do {
    const page = await api.reviewedSpans(market, { limit: PAGE, ...(next === null ? {} : { before: next }) })
    spans.push(...page.reviewed_spans)
    next = page.next ?? null
  } while (next !== null)
  if (isShown(market)) keepReviewed(spans)
}

/** Newest first. */
function keepReviewed(spans: readonly ReviewedSpanOut[]): void {
  store.set({ reviewed: spans.toSorted((a, b) => Date.parse(b.from) - Date.parse(a.from)) })
}

export async function removeSpan(id: string): Promise<void> {
  const span = store.get().reviewed.find((one) => one.id === id)
  if (span === undefined) return
  await attempt(async () => {
    await api.deleteReviewedSpan(id)
    dropSpan(id)
    const [from, to] = [Date.parse(span.from), Date.parse(span.to)]
    remember({ kind: 'reviewed span deleted', market: nameOf(span), from, to })
    say('Reviewed span deleted. Ctrl+Z brings it back.')
  })
}

export async function selectSpan(id: string): Promise<void> {
  const span = store.get().reviewed.find((one) => one.id === id)
  if (span === undefined) return
  await standAt(Date.parse(span.from), false)
  await attempt(() => board.revealSpan({ from: Date.parse(span.from), to: Date.parse(span.to) }))
}
