// What state one test case is in: complete, with gaps, revised by later data, missing or broken; and whether it is trained on.
import { actionOf } from '../contract/direction.ts'
import type { TestCaseFile, TestCaseState } from '../contract/annotations.ts'
import { CASE_TIMEFRAMES, tensorOf } from '../contract/timeframes.ts'
import { epochMs, toIso } from '../core/time.ts'
import { type Gap, gapOut } from '../market/gap.ts'
import { gapSharePct } from '../market-state/gap-share.ts'
import type { MarketState } from '../market-state/state.ts'
import { marketStateOut, testCaseId, tradeOf } from './case-content.ts'
import { filledSeconds, orderBookOut } from './case-order-book.ts'
import { grossPct, netPct } from './profit.ts'
import type { AnnotationRow } from './schema.ts'
import { leftOutOf } from './warnings.ts'

/** Of a readable file; `revision`: what today's data would make otherwise, where that is known. */
export function stateOfFile(content: TestCaseFile, revision: string | null = null): TestCaseState {
  const { direction, entry_price, exit_price } = content.expected_outcome
  const share = gapSharePct(gapsOf(content))
  const state: TestCaseState = {
    test_case_id: content.test_case_id,
    annotation_id: content.test_case_id.slice(testCaseId('').length),
    symbol: content.symbol,
    venue: content.venue,
    timestamp: content.timestamp,
    action: content.action,
    profit_loss_pct: content.expected_outcome.profit_loss_pct,
    net_profit_loss_pct: content.net_profit_loss_pct,
    state: content.gaps.length > 0 ? 'gaps' : 'complete',
    gap_share_pct: share,
    order_book_gap_share_pct: bookGapShareOf(content),
    left_out: leftOutOf({ direction, entryPrice: entry_price, exitPrice: exit_price }, share),
    detail: null,
  }
  return withRevision(state, revision)
}

/** A file's state, where today's data would make another case. */
export function withRevision(state: TestCaseState, revision: string | null): TestCaseState {
  return revision === null ? state : { ...state, state: 'revised', detail: revision }
}

/** Of an annotation whose file is missing or can not be used. */
export function stateOfRow(row: AnnotationRow, state: 'missing' | 'broken', detail: string): TestCaseState {
  return {
    test_case_id: testCaseId(row.id),
    annotation_id: row.id,
    symbol: row.symbol,
    venue: row.venue,
    timestamp: toIso(epochMs(row.entry_time)),
    action: actionOf(row.direction),
    profit_loss_pct: grossPct(tradeOf(row)),
    net_profit_loss_pct: netPct(tradeOf(row), row.fee_pct),
    state,
    gap_share_pct: row.gap_share_pct,
    order_book_gap_share_pct: null,
    left_out: state === 'missing' ? 'the file is missing' : 'the file can not be used',
    detail,
  }
}

/** Of a file that belongs to no annotation. */
export function stateOfStray(
  annotationId: string,
  content: TestCaseFile | null,
  detail: string,
): TestCaseState {
  return {
    test_case_id: testCaseId(annotationId),
    annotation_id: annotationId,
    symbol: content?.symbol ?? null,
    venue: content?.venue ?? null,
    timestamp: content?.timestamp ?? null,
    action: content?.action ?? null,
    profit_loss_pct: content?.expected_outcome.profit_loss_pct ?? null,
    net_profit_loss_pct: content?.net_profit_loss_pct ?? null,
    state: content === null ? 'broken' : content.gaps.length > 0 ? 'gaps' : 'complete',
    gap_share_pct: content === null ? 0 : gapSharePct(gapsOf(content)),
    order_book_gap_share_pct: content === null ? null : bookGapShareOf(content),
    left_out: 'it belongs to no annotation',
    detail,
  }
}

/** Every second is one percent. */
function bookGapShareOf({ order_book: part }: TestCaseFile): number | null {
  return part === undefined ? null : filledSeconds(part)
}

/** The gaps that a case says it has. */
export function gapsOf(content: TestCaseFile): Gap[] {
  return content.gaps.map(({ timeframe, from, to }) => ({
    timeframe,
    from: epochMs(Date.parse(from)),
    to: epochMs(Date.parse(to)),
  }))
}

/**
 * What differs between the frozen case and what today's data would make; null where nothing does. `now`: the state as today's data make it;
 * null where they no longer can. Order books are compared where `readsBooks`.
 */
export function revisionOf(
  content: TestCaseFile,
  now: MarketState | null,
  readsBooks: boolean,
): string | null {
  if (now === null) return 'The market data before the entry are no longer stored.'
  const today = marketStateOut(now)
  const names = CASE_TIMEFRAMES.map((timeframe) => tensorOf(timeframe))
  const changed = names.filter((name) => !same(content.market_state[name], today[name]))
  if (changed.length > 0) return `Market data before the entry changed since: ${changed.join(', ')}.`
  if (!same(content.gaps, now.gaps.map(gapOut))) return 'The gaps before the entry changed since.'
  return readsBooks ? bookRevisionOf(content, now) : null
}

/** A case is frozen: saving its annotation again is what makes it anew. */
function bookRevisionOf(
  { order_book: frozen }: TestCaseFile,
  { orderBook, asOf }: MarketState,
): string | null {
  if (frozen === undefined && orderBook === null) return null
  if (frozen === undefined)
    return 'The order book before the entry has been recorded since: save the annotation again and its case holds it.'
  if (orderBook === null) return 'The order book before the entry is no longer stored.'
  return same(frozen, orderBookOut(orderBook, asOf)) ? null : 'The order book before the entry changed since.'
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
