// What of a market goes into its log: every table of the file that says something of it, but the notes of what changed, which each machine makes for itself.

export interface LoggedTable {
  /** What the log calls it; never another's. */
  readonly code: number
  readonly name: string
  /** All but the market, in the order in which the log has them. New ones are added at the end. */
  readonly columns: readonly string[]
  /** What names a row of a market; none: all columns do. */
  readonly key: readonly string[]
  /** Columns that hold the number of an import, or, negative, of the last one there was. */
  readonly imports: readonly string[]
  /** A column of bytes. */
  readonly bytes: string | null
}

const VALUES = ['open', 'high', 'low', 'close', 'volume', 'known_at', 'source']

function table(
  code: number,
  name: string,
  columns: readonly string[],
  { key = [], imports = [], bytes = null }: Partial<Pick<LoggedTable, 'key' | 'imports' | 'bytes'>> = {},
): LoggedTable {
  return { code, name, columns, key, imports, bytes }
}

/** The market's own row: what it names is known without the log. */
export const MARKET_ROW = table(1, 'market', ['forgotten_at', 'negative_prices'])

/** A market's imports are counted from 1 in the log: a file's numbers are shared by all its markets. */
export const IMPORT_ROW = table(
  2,
  'import',
  (
    'id kind timeframe file sha256 rows added started_at finished_at path from_time to_time replaces ' +
    'forgetting_at forgotten_at'
  ).split(' '),
  { key: ['id'], imports: ['id'] },
)

export const ASIDE_ROW = table(8, 'row_aside', ['timeframe', 'time', 'id', 'after_import', 'data'], {
  key: ['timeframe', 'time', 'id', 'after_import'],
  imports: ['after_import'],
})

/** Whose changes charts and caches are told of. */
export const CANDLE_ROW = table(4, 'candle', ['timeframe', 'open_time', 'origin', 'version', ...VALUES], {
  key: ['timeframe', 'open_time'],
  imports: ['source'],
})

export const COVERAGE_ROW = table(
  6,
  'coverage',
  ['timeframe', 'kind', 'from_time', 'to_time', 'known_at', 'source'],
  { imports: ['source'] },
)

export const BOOK_ROW = table(10, 'book_block', ['start', 'seconds', 'first_time', 'last_time', 'data'], {
  key: ['start'],
  bytes: 'data',
})

/** In an order in which rows can be put: what others refer to comes first. */
export const LOGGED: readonly LoggedTable[] = [
  MARKET_ROW,
  IMPORT_ROW,
  table(3, 'trade', ['time', 'id', 'sequence', 'price', 'amount', 'side', 'arrived_at', 'source'], {
    key: ['time', 'id'],
    imports: ['source'],
  }),
  CANDLE_ROW,
  table(5, 'candle_version', ['timeframe', 'open_time', 'origin', 'version', ...VALUES, 'superseded_at'], {
    key: ['timeframe', 'open_time', 'version'],
    imports: ['source'],
  }),
  COVERAGE_ROW,
  table(7, 'import_block', ['import', 'timeframe', 'from_time', 'to_time', 'rows', 'data'], {
    imports: ['import'],
    bytes: 'data',
  }),
  ASIDE_ROW,
  table(9, 'coverage_cut', ['cut_by', 'timeframe', 'kind', 'from_time', 'to_time', 'known_at', 'source'], {
    imports: ['cut_by', 'source'],
  }),
  BOOK_ROW,
  table(11, 'book_import_span', ['import', 'from_time', 'to_time', 'brought'], { imports: ['import'] }),
]

const BY_CODE = new Map(LOGGED.map((each) => [each.code, each]))

/** Null: of a later version of ANNOTATE. */
export function tableOf(code: number): LoggedTable | null {
  return BY_CODE.get(code) ?? null
}

/** What a row that goes is known by. */
export function keyOf({ key, columns }: LoggedTable): readonly string[] {
  return key.length > 0 ? key : columns
}

/** The column of `table` that says whose row it is. */
export function marketColumnOf({ name }: LoggedTable): string {
  return name === MARKET_ROW.name ? 'id' : 'market'
}
