// The symbols that a file has rows of, by its own column.
import { AppError } from '../../../core/errors.ts'
import { basename } from 'node:path'
import { readRows, type ImportOptions, type RowReader } from '../import-file.ts'
import { Tally } from '../report.ts'
import { NO_CHOICE, columnsOf } from '../tables/columns-option.ts'
import { CANDLE_LAYOUT, TRADE_LAYOUT } from '../tables/layouts.ts'
import { Table, type Layout } from '../tables/table.ts'

const SYMBOLS_ALONE = {
  time: CANDLE_LAYOUT.time,
  symbol: { ...CANDLE_LAYOUT.symbol, required: true },
} as const

/** Reads the file once. @throws AppError `no_symbols` where it has no such column, and as imports do where it cannot be read */
export async function symbolsIn(
  options: Omit<ImportOptions, 'market'>,
  kind: 'trades' | 'candles',
): Promise<string[]> {
  const scan = new SymbolScan(kind, options.columns)
  await readRows({ ...options, market: null }, scan)
  if (scan.symbols.size > 0) return [...scan.symbols]
  throw new AppError(
    'no_symbols',
    `${basename(options.path)} has no column of symbols, so there is nothing to split it by. Import it with --symbol.`,
    { field: 'file' },
  )
}

type Name = keyof typeof SYMBOLS_ALONE

class SymbolScan implements RowReader<Name> {
  readonly table: Table<Name>
  readonly tally = new Tally()
  readonly timeframe = null
  readonly time = 'time'
  readonly symbols = new Set<string>()

  constructor(kind: 'trades' | 'candles', columns?: string) {
    const layout: Layout<string> = kind === 'trades' ? TRADE_LAYOUT : CANDLE_LAYOUT
    const choice = columns === undefined ? NO_CHOICE : columnsOf(columns, Object.keys(layout))
    this.table = new Table(kind, SYMBOLS_ALONE, choice)
  }

  first(): void {
    // Nothing but the symbols is looked at.
  }

  row(fields: readonly string[]): void {
    const symbol = fields[this.table.places.symbol]?.trim() ?? ''
    if (symbol !== '') this.symbols.add(symbol)
  }

  refused(): void {
    // No row is.
  }

  pause(): boolean {
    return false
  }
}
