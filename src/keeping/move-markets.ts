// The markets' rows from a file into their logs, and from the logs into a file; compared afterwards, table by table.
import type { Sqlite } from '../core/database.ts'
import { AppError } from '../core/errors.ts'
import { marketDigests, type TableDigest } from '../market/log/digest.ts'
import type { LoggedFile } from '../market/log/logged-file.ts'
import { ownMarket } from '../market/log/market-owner.ts'
import type { Market } from '../market/types.ts'

export interface MarketMoveOptions {
  readonly signal: AbortSignal
  /** Before each market. */
  readonly onMarket: (market: Market) => void
}

export interface MovedMarket extends Market {
  readonly tables: readonly TableDigest[]
}

/** Appends what the logs lack of what the file holds; killed, it goes on where it was. @throws AppError as `ownMarket` and `MarketOwner.flush` */
export async function appendMarkets(
  file: LoggedFile,
  { signal, onMarket }: MarketMoveOptions,
): Promise<void> {
  for (const market of marketsOf(file.store.sqlite)) {
    signal.throwIfAborted()
    const id = file.store.open(market)
    if (file.outbox.isEmpty(id)) continue
    onMarket(market)
    await (await ownMarket(file, market)).flush()
  }
}

/** Applies all that the logs have; killed, it goes on where it was. @throws AppError as `LoggedFile.catchUp` */
export async function applyMarkets(file: LoggedFile, { signal, onMarket }: MarketMoveOptions): Promise<void> {
  for (const market of await file.log.markets()) {
    signal.throwIfAborted()
    onMarket(market)
    await file.catchUp(market)
  }
}

/**
 * Reads all of both files. What they hold, where it is the same; markets of which neither holds anything are left out.
 * @throws AppError `move_differs`
 */
export function compareMarkets(from: Sqlite, to: Sqlite): MovedMarket[] {
  const [theirs, ours] = [digestsOf(from), digestsOf(to)]
  for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
    const [a, b] = [theirs.get(name)?.tables ?? [], ours.get(name)?.tables ?? []]
    for (const table of new Set([...a, ...b].map((each) => each.table))) {
      const [x, y] = [a, b].map((tables) => tables.find((each) => each.table === table))
      if (x?.rows !== y?.rows || x?.sha256 !== y?.sha256) throw differs(name, table, x?.rows, y?.rows)
    }
  }
  return [...ours.values()]
}

/** What a file holds of each market; those of which it holds nothing are left out. */
export function heldMarkets(sqlite: Sqlite): MovedMarket[] {
  return [...digestsOf(sqlite).values()]
}

function digestsOf(sqlite: Sqlite): Map<string, MovedMarket> {
  const all = marketsOf(sqlite).map(({ id, venue, symbol }): [string, MovedMarket] => [
    `${symbol} on ${venue}`,
    { venue, symbol, tables: marketDigests(sqlite, id) },
  ])
  return new Map(all.filter(([, { tables }]) => tables.length > 0))
}

function marketsOf(sqlite: Sqlite): (Market & { readonly id: number })[] {
  const rows = sqlite.prepare('SELECT id, venue, symbol FROM market ORDER BY venue, symbol').all()
  return rows as (Market & { id: number })[]
}

function differs(market: string, table: string, from = 0, to = 0): AppError {
  const message = `The rows of ${table} of ${market} are not the same in both places (${from} were to be moved, ${to} came out again): something was written meanwhile. Use what they came from, and move into an empty one.`
  return new AppError('move_differs', message, { status: 500 })
}
