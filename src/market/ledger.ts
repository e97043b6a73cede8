// What is held of each market: how far it reaches, how many rows, what is missing in between, where it came from, and a hash of the content.
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { isSimulated } from '../contract/market-name.ts'
import { MINUTE, type EpochMs } from '../core/time.ts'
import { missingFrom, rangeOf } from './ranges.ts'
import type { MarketStore } from './store/market-store.ts'
import { durationOf, TIMEFRAMES, type Timeframe } from './timeframe.ts'
import type { Market, TimeRange } from './types.ts'

/** Candles of a timeframe, or trades. */
export type Holding = Timeframe | 'trades'

/** `file`: an imported one. `dump`: one of Binance's. `exchange`: asked for. `stream`: as it happened. `demo`: simulated. */
export type OriginKind = 'file' | 'dump' | 'exchange' | 'stream' | 'demo'

/** One way in which rows came; `rows` and `added` are null where they are not counted. */
export interface Origin {
  readonly kind: OriginKind
  /** The file, or the exchange's id. */
  readonly name: string
  readonly rows: number | null
  readonly added: number | null
  /** Of the file, or of the rows that an exchange sent, as text. */
  readonly sha256: string | null
  /** When the last of it came. */
  readonly at: EpochMs | null
}

export interface LedgerEntry {
  readonly market: Market
  readonly holds: Holding
  /** First and last of what is known; null where there are rows but no stretch is known whole. */
  readonly span: TimeRange | null
  readonly rows: number
  /** Of candles: the venue's own; the others are composed of what lies below. */
  readonly ownRows: number
  readonly gaps: readonly TimeRange[]
  readonly origins: readonly Origin[]
}

/** Rows that are read at once for a hash. */
const CHUNK = 20_000
const DUMP = /^[A-Z0-9_]+-(1s|1m|1h|1d|trades|aggTrades)-\d{4}-\d{2}(-\d{2})?\.zip$/

/** Of a market: an entry for each timeframe, and for trades, that something is stored of. */
export function ledgerOf(store: MarketStore, market: Market): LedgerEntry[] {
  const id = store.find(market)
  if (id === null) return []
  return (['trades', ...TIMEFRAMES] as const).flatMap((holds) => {
    const entry = entryOf(store, market, id, holds)
    return entry.rows === 0 && entry.span === null ? [] : [entry]
  })
}

function entryOf(store: MarketStore, market: Market, id: number, holds: Holding): LedgerEntry {
  const known = holds === 'trades' ? store.coverage.byTrades(id) : store.coverage.known(id, holds)
  const [first, last] = [known[0], known.at(-1)]
  const span = first === undefined || last === undefined ? null : rangeOf(first.from, last.to)
  const { rows, ownRows } = holds === 'trades' ? tradeRows(store, id) : candleRows(store, id, holds)
  return {
    market,
    holds,
    span,
    rows,
    ownRows,
    gaps: span === null ? [] : missingFrom(known, span),
    origins: originsOf(store, market, id, holds),
  }
}

function candleRows(store: MarketStore, id: number, timeframe: Timeframe): { rows: number; ownRows: number } {
  const [[rows, ownRows]] = store.sqlite
    .prepare('SELECT count(*), ifnull(sum(origin), 0) FROM candle WHERE market = ? AND timeframe = ?')
    .raw()
    .all([id, durationOf(timeframe) / 1000]) as [[number, number]]
  return { rows, ownRows }
}

function tradeRows(store: MarketStore, id: number): { rows: number; ownRows: number } {
  const [[rows]] = store.sqlite.prepare('SELECT count(*) FROM trade WHERE market = ?').raw().all([id]) as [
    [number],
  ]
  return { rows, ownRows: rows }
}

type ImportRow = [
  file: string,
  rows: number | null,
  added: number | null,
  sha256: string | null,
  at: number | null,
]

/** What an exchange sent in many pieces is one origin; files are one each. */
function originsOf(store: MarketStore, market: Market, id: number, holds: Holding): Origin[] {
  if (isSimulated(market)) {
    return [{ kind: 'demo', name: market.venue, rows: null, added: null, sha256: null, at: null }]
  }
  const isTrades = holds === 'trades'
  const rows = store.sqlite
    .prepare(
      `SELECT file, rows, added, sha256, finished_at FROM import
       WHERE market = ? AND kind = ? AND timeframe IS ? AND finished_at IS NOT NULL AND forgotten_at IS NULL ORDER BY id`,
    )
    .raw()
    .all([id, isTrades ? 'trades' : 'candles', isTrades ? null : durationOf(holds) / 1000]) as ImportRow[]
  const byKey = new Map<string, Origin>()
  for (const [index, row] of rows.entries()) {
    const origin = originOf(row)
    const key = origin.kind === 'exchange' || origin.kind === 'stream' ? origin.kind : `${index}`
    const before = byKey.get(key)
    byKey.set(key, before === undefined ? origin : together(before, origin))
  }
  return [...byKey.values()]
}

function originOf([file, rows, added, sha256, at]: ImportRow): Origin {
  const exchange = /^(exchange|stream) (\S+)$/.exec(file)
  const kind = exchange !== null ? (exchange[1] as 'exchange' | 'stream') : DUMP.test(file) ? 'dump' : 'file'
  return { kind, name: exchange?.[2] ?? file, rows, added, sha256, at: at as EpochMs | null }
}

function together(a: Origin, b: Origin): Origin {
  const sum = (x: number | null, y: number | null): number => (x ?? 0) + (y ?? 0)
  return { ...b, rows: sum(a.rows, b.rows), added: sum(a.added, b.added), sha256: null }
}

/**
 * SHA-256 of the rows as text, one a line, ascending: `open,o,h,l,c,v` of a candle, `time,id,price,amount,side` of a trade. The same content
 * has the same hash, however and in whatever order it came. Between pieces others run.
 */
export async function contentHash(
  store: MarketStore,
  market: Market,
  holds: Holding,
): Promise<string | null> {
  const id = store.find(market)
  if (id === null) return null
  const hash = createHash('sha256')
  let rows = 0
  for (const lines of holds === 'trades' ? tradeLines(store, id) : candleLines(store, id, holds)) {
    rows += lines.length
    if (lines.length > 0) hash.update(`${lines.join('\n')}\n`)
    await setImmediate()
  }
  return rows === 0 ? null : hash.digest('hex')
}

function* candleLines(store: MarketStore, id: number, timeframe: Timeframe): Generator<string[]> {
  const page = store.sqlite
    .prepare(
      `SELECT open_time, open, high, low, close, volume FROM candle
       WHERE market = ? AND timeframe = ? AND open_time > ? ORDER BY open_time LIMIT ${CHUNK}`,
    )
    .raw()
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const rows = page.all([id, durationOf(timeframe) / 1000, after]) as [
      openTime: number,
      ...rest: number[],
    ][]
    yield rows.map((row) => row.join(','))
    const last = rows.at(-1)
    if (last === undefined || rows.length < CHUNK) return
    after = last[0]
  }
}

/** Whole minutes of trades: several share a millisecond, so that none can be the end of a piece. */
function* tradeLines(store: MarketStore, id: number): Generator<string[]> {
  const next = store.sqlite.prepare('SELECT min(time) FROM trade WHERE market = ? AND time >= ?').raw()
  for (let from = Number.MIN_SAFE_INTEGER; ;) {
    const [row] = next.all([id, from]) as [number | null][]
    const first = row?.[0] ?? null
    if (first === null) return
    const trades = store.trades.read(id, rangeOf(first, first + MINUTE))
    yield trades.map(({ time, id: key, price, amount, side }) => [time, key, price, amount, side].join(','))
    from = first + MINUTE
  }
}
