// The rows of the table `import`: what came in, when and from where, and whether it is being taken out again.
import type { Sqlite } from '../../core/database.ts'
import { epochMs, type EpochMs } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import { TIMEFRAMES, durationOf, type Timeframe } from '../timeframe.ts'
import type { Market, TimeRange } from '../types.ts'

export interface ImportRecord {
  readonly id: number
  readonly market: Market
  readonly marketId: number
  readonly kind: 'trades' | 'candles' | 'book'
  readonly timeframe: Timeframe | null
  /** The file's name; `exchange …` or `stream …` of what came otherwise. */
  readonly file: string
  /** Where the file lay; null where it is not known. */
  readonly path: string | null
  readonly sha256: string | null
  readonly rows: number | null
  readonly added: number | null
  readonly startedAt: EpochMs
  /** Null: it broke off. */
  readonly finishedAt: EpochMs | null
  /** From the first row to the end of the last; null where it is not known. */
  readonly span: TimeRange | null
  /** Inside its span it stood before what was there. */
  readonly replaces: boolean
  readonly forgettingAt: EpochMs | null
  readonly forgottenAt: EpochMs | null
  /** Its rows are kept apart, so that it can be taken out alone. */
  readonly kept: boolean
}

/** At most `limit` imports with numbers below `before`. */
export interface ImportPage {
  readonly limit?: number
  readonly before?: number
}

interface Row {
  id: number
  venue: string
  symbol: string
  market: number
  kind: ImportRecord['kind']
  timeframe: number | null
  file: string
  path: string | null
  sha256: string | null
  rows: number | null
  added: number | null
  started_at: number
  finished_at: number | null
  from_time: number | null
  to_time: number | null
  replaces: number
  forgetting_at: number | null
  forgotten_at: number | null
}

const SELECT = `SELECT import.*, market.venue, market.symbol FROM import JOIN market ON market.id = import.market`

export class ImportRecords {
  readonly #sqlite: Sqlite
  readonly #latest
  readonly #kept = new Map<number, boolean>()

  constructor(sqlite: Sqlite) {
    this.#sqlite = sqlite
    this.#latest = sqlite.prepare('SELECT max(id) FROM import').raw()
  }

  find(id: number): ImportRecord | null {
    const row = this.#sqlite.prepare(`${SELECT} WHERE import.id = ?`).get([id]) as Row | undefined
    return row === undefined ? null : recordOf(row)
  }

  /** Newest first. */
  list({
    limit = Number.MAX_SAFE_INTEGER,
    before = Number.MAX_SAFE_INTEGER,
  }: ImportPage = {}): ImportRecord[] {
    const sql = `${SELECT} WHERE import.id < ? ORDER BY import.id DESC LIMIT ?`
    return (this.#sqlite.prepare(sql).all([before, limit]) as Row[]).map(recordOf)
  }

  /** Those of a market that stand before what was there when they came, and are not taken out. */
  replacing(market: number, timeframe: Timeframe | null): ImportRecord[] {
    const sql = `${SELECT} WHERE import.market = ? AND import.timeframe IS ? AND replaces = 1 AND forgetting_at IS NULL ORDER BY import.id`
    const seconds = timeframe === null ? null : durationOf(timeframe) / 1000
    return (this.#sqlite.prepare(sql).all([market, seconds]) as Row[]).map(recordOf)
  }

  /** Whether a row's source is an import whose rows are kept apart: else the row itself is all that is known of it. */
  keeps(source: number | null): boolean {
    if (source === null || source <= 0) return false
    const known = this.#kept.get(source) ?? this.find(source)?.kept === true
    this.#kept.set(source, known)
    return known
  }

  /** Others wrote into the table. */
  forget(): void {
    this.#kept.clear()
  }

  /** The number of the last import; 0 before the first. */
  latest(): number {
    const [row] = this.#latest.all() as [number | null][]
    return row?.[0] ?? 0
  }

  /** An import also touched `range`: what it covers reaches further than its rows. */
  widen(id: number, { from, to }: TimeRange): void {
    this.#sqlite
      .prepare('UPDATE import SET from_time = min(from_time, ?), to_time = max(to_time, ?) WHERE id = ?')
      .run([from, to, id])
  }

  /** Imports that are being taken out: what they gave counts no more. */
  leaving(): Set<number> {
    const sql = 'SELECT id FROM import WHERE forgetting_at IS NOT NULL AND forgotten_at IS NULL'
    return new Set((this.#sqlite.prepare(sql).raw().all() as [number][]).flat())
  }

  mark(id: number, column: 'forgetting_at' | 'forgotten_at' | 'replaces', value: number): void {
    const sql = {
      forgetting_at: 'UPDATE import SET forgetting_at = ifnull(forgetting_at, ?) WHERE id = ?',
      forgotten_at: 'UPDATE import SET forgotten_at = ? WHERE id = ?',
      replaces: 'UPDATE import SET replaces = ? WHERE id = ?',
    }[column]
    this.#sqlite.prepare(sql).run([value, id])
  }

  /** Where a file lay, which `file` only names. */
  setPath(id: number, path: string): void {
    this.#sqlite.prepare('UPDATE import SET path = ? WHERE id = ?').run([path, id])
  }
}

function recordOf(row: Row): ImportRecord {
  const instant = (value: number | null): EpochMs | null => (value === null ? null : epochMs(value))
  const span = row.from_time === null || row.to_time === null ? null : rangeOf(row.from_time, row.to_time)
  return {
    id: row.id,
    market: { venue: row.venue, symbol: row.symbol },
    marketId: row.market,
    kind: row.kind,
    timeframe: TIMEFRAMES.find((each) => durationOf(each) === (row.timeframe ?? 0) * 1000) ?? null,
    file: row.file,
    path: row.path,
    sha256: row.sha256,
    rows: row.rows,
    added: row.added,
    startedAt: epochMs(row.started_at),
    finishedAt: instant(row.finished_at),
    span,
    replaces: row.replaces === 1,
    forgettingAt: instant(row.forgetting_at),
    forgottenAt: instant(row.forgotten_at),
    kept: span !== null,
  }
}
