// Annotations and test cases as tables, for Parquet: one row a mark; one row a case, and one row a candle of a case's market state.
import { numberIn } from '../../core/number-at.ts'
import type { AnnotationOut, TestCaseFile } from '../../contract/annotations.ts'
import { ORDER_BOOK_COLUMNS } from '../../contract/case-order-book.ts'
import { CASE_TIMEFRAMES, tensorOf } from '../../contract/timeframes.ts'
import type { OutColumn, OutTable } from '../../market/exporting/table.ts'

/** `tags` is a JSON list: the first names the pattern. */
export function annotationsTable(annotations: readonly AnnotationOut[]): OutTable {
  const { text, number, instant } = columnsOf(annotations)
  return {
    about: { table: 'annotations' },
    columns: [
      text('id', (a) => a.id),
      text('test_case_id', (a) => a.test_case_id),
      text('symbol', (a) => a.symbol),
      text('venue', (a) => a.venue),
      text('direction', (a) => a.direction),
      instant('entry_timestamp', (a) => a.entry.timestamp),
      number('entry_price', (a) => a.entry.price),
      instant('exit_timestamp', (a) => a.exit.timestamp),
      number('exit_price', (a) => a.exit.price),
      number('profit_loss_pct', (a) => a.profit_loss_pct),
      number('net_profit_loss_pct', (a) => a.net_profit_loss_pct),
      number('holding_period_seconds', (a) => a.holding_period_seconds),
      text('tags', (a) => JSON.stringify(a.tags)),
      text('notes', (a) => a.notes),
      text('provenance_mode', (a) => a.provenance.mode),
      instant('created_at', (a) => a.created_at),
      instant('updated_at', (a) => a.updated_at),
      text('annotator', (a) => a.provenance.annotator ?? ''),
      number('stop_price', (a) => a.stop_price ?? Number.NaN),
      number('target_price', (a) => a.target_price ?? Number.NaN),
    ],
  }
}

/** Without the market states. `gaps` and `tags` are JSON lists. */
export function casesTable(cases: readonly TestCaseFile[]): OutTable {
  const { text, number, instant } = columnsOf(cases)
  return {
    about: { table: 'test_cases' },
    columns: [
      text('test_case_id', (one) => one.test_case_id),
      text('symbol', (one) => one.symbol),
      text('venue', (one) => one.venue),
      instant('timestamp', (one) => one.timestamp),
      text('action', (one) => one.action),
      text('direction', (one) => one.expected_outcome.direction),
      number('entry_price', (one) => one.expected_outcome.entry_price),
      number('exit_price', (one) => one.expected_outcome.exit_price),
      number('holding_period_seconds', (one) => one.expected_outcome.holding_period_seconds),
      number('profit_loss_pct', (one) => one.expected_outcome.profit_loss_pct),
      number('net_profit_loss_pct', (one) => one.net_profit_loss_pct),
      number('fee_pct_per_side', (one) => one.fee_pct_per_side),
      text('gaps', (one) => JSON.stringify(one.gaps)),
      text('tags', (one) => JSON.stringify(one.tags)),
      text('notes', (one) => one.notes),
    ],
  }
}

/** The market states of all cases, candle by candle, in the order of `casesTable`; `date` is the open time. */
export function caseCandlesTable(cases: readonly TestCaseFile[]): OutTable {
  const rows = cases.flatMap((one) =>
    CASE_TIMEFRAMES.flatMap((timeframe) => {
      const state = one.market_state[tensorOf(timeframe)]
      return state.timestamps.map((timestamp, index) => ({
        id: one.test_case_id,
        timeframe,
        timestamp,
        state,
        index,
      }))
    }),
  )
  const { text, number, instant } = columnsOf(rows)
  const price = (name: 'open' | 'high' | 'low' | 'close' | 'volume'): OutColumn =>
    number(name, ({ state, index }) => numberIn(state[name], index))
  return {
    about: { table: 'test_case_candles' },
    columns: [
      text('test_case_id', ({ id }) => id),
      text('timeframe', ({ timeframe }) => timeframe),
      instant('date', ({ timestamp }) => timestamp),
      price('open'),
      price('high'),
      price('low'),
      price('close'),
      price('volume'),
    ],
  }
}

/** The order books of the cases that have one, second by second, in the order of `casesTable`; `date` is the second's open time. */
export function caseOrderBooksTable(cases: readonly TestCaseFile[]): OutTable {
  const rows = cases.flatMap(({ test_case_id: id, order_book: book }) =>
    book === undefined ? [] : book.timestamps.map((timestamp, index) => ({ id, timestamp, book, index })),
  )
  const { text, number, instant } = columnsOf(rows)
  return {
    about: { table: 'test_case_order_books' },
    columns: [
      text('test_case_id', ({ id }) => id),
      instant('date', ({ timestamp }) => timestamp),
      ...ORDER_BOOK_COLUMNS.map((name) =>
        number(name, ({ book, index }) => numberIn(book.levels[name], index)),
      ),
    ],
  }
}

/** Makes columns out of `rows`, a value each. */
function columnsOf<Row>(rows: readonly Row[]) {
  return {
    text: (name: string, of: (row: Row) => string): OutColumn => ({
      name,
      kind: 'text',
      values: rows.map(of),
    }),
    number: (name: string, of: (row: Row) => number): OutColumn => ({
      name,
      kind: 'number',
      values: rows.map(of),
    }),
    instant: (name: string, of: (row: Row) => string): OutColumn => ({
      name,
      kind: 'instant',
      values: rows.map((row) => Date.parse(of(row))),
    }),
  }
}
