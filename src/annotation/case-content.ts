// The content of a test case: the market state at the entry and what then happened, nothing else that looks ahead.
import { actionOf } from '../contract/direction.ts'
import type { TestCaseFile } from '../contract/annotations.ts'
import type { Provenance } from '../contract/shapes.ts'
import { CASE_TIMEFRAMES, tensorOf } from '../contract/timeframes.ts'
import { epochMs, SECOND, toIso } from '../core/time.ts'
import type { MarketState } from '../market-state/state.ts'
import type { StateColumns } from '../market-state/window.ts'
import { gapOut } from '../market/gap.ts'
import { orderBookOut } from './case-order-book.ts'
import { grossPct, netPct, type MarkedTrade } from './profit.ts'
import type { AnnotationRow } from './schema.ts'

export const SCHEMA_VERSION = 1

type CaseColumns = TestCaseFile['market_state']['ohlcv_1s']

export function testCaseId(annotationId: string): string {
  return `annotation_${annotationId}`
}

/** Field order is the file's (design, section 4). Numbers are shortest doubles, as JSON writes them. */
export function testCaseOf(row: AnnotationRow, state: MarketState): TestCaseFile {
  return {
    test_case_id: testCaseId(row.id),
    symbol: row.symbol,
    timestamp: toIso(epochMs(row.entry_time)),
    action: actionOf(row.direction),
    market_state: marketStateOut(state),
    expected_outcome: {
      direction: row.direction,
      profit_loss_pct: grossPct(tradeOf(row)),
      entry_price: row.entry_price,
      exit_price: row.exit_price,
      holding_period_seconds: holdingSeconds(row),
    },
    schema_version: SCHEMA_VERSION,
    venue: row.venue,
    net_profit_loss_pct: netPct(tradeOf(row), row.fee_pct),
    fee_pct_per_side: row.fee_pct,
    gaps: state.gaps.map(gapOut),
    provenance: provenanceOf(row),
    tags: JSON.parse(row.tags) as string[],
    notes: row.notes,
    ...planPart(row),
    ...orderBookPart(row, state),
  }
}

/** Nothing where none was given: such a case is as it would be without them. */
function planPart({ stop_price: stop, target_price: target }: AnnotationRow) {
  return {
    ...(stop === null ? {} : { stop_price: stop }),
    ...(target === null ? {} : { target_price: target }),
  } satisfies Partial<TestCaseFile>
}

/** Nothing where no book is recorded: the case is as it would be without books. */
function orderBookPart(
  { entry_time }: AnnotationRow,
  { orderBook }: MarketState,
): Pick<TestCaseFile, 'order_book'> {
  return orderBook === null ? {} : { order_book: orderBookOut(orderBook, epochMs(entry_time)) }
}

/** The file's text; the same content is always the same bytes. */
export function caseText(content: TestCaseFile): string {
  return `${JSON.stringify(content, null, 2)}\n`
}

export function marketStateOut({ candles }: Pick<MarketState, 'candles'>): TestCaseFile['market_state'] {
  const states = CASE_TIMEFRAMES.map((name) => [tensorOf(name), columnsOut(candles[name])] as const)
  return Object.fromEntries(states) as TestCaseFile['market_state']
}

export function tradeOf(row: AnnotationRow): MarkedTrade {
  return { direction: row.direction, entryPrice: row.entry_price, exitPrice: row.exit_price }
}

export function holdingSeconds(row: Pick<AnnotationRow, 'entry_time' | 'exit_time'>): number {
  return (row.exit_time - row.entry_time) / SECOND
}

export function provenanceOf(row: AnnotationRow): Provenance {
  return {
    mode: row.mode,
    visible_until: row.visible_until === null ? null : toIso(epochMs(row.visible_until)),
    created_at: toIso(epochMs(row.created_at)),
    seconds_spent: row.seconds_spent,
    ...(row.annotator === null ? {} : { annotator: row.annotator }),
  }
}

function columnsOut(columns: StateColumns): CaseColumns {
  return {
    timestamps: Array.from(columns.openTime, (openTime) => toIso(epochMs(openTime))),
    open: Array.from(columns.open),
    high: Array.from(columns.high),
    low: Array.from(columns.low),
    close: Array.from(columns.close),
    volume: Array.from(columns.volume),
  }
}
