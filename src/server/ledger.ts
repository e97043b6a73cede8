// The ledger as the HTTP interface and the command line give it.
import type { LedgerEntryOut, LedgerQuery } from '../contract/ledger.ts'
import { isSimulated } from '../contract/market-name.ts'
import { toIso } from '../core/time.ts'
import { contentHash, ledgerOf, type LedgerEntry } from '../market/ledger.ts'
import { rangeOut } from '../market/ranges.ts'
import type { Market } from '../market/types.ts'
import { keptAt, type Kept } from '../moments/moment-store.ts'
import type { MarketStore } from '../market/store/market-store.ts'

/** Of every stored market that `query` names; `moments` is the file of their rows. */
export async function describeLedger(
  store: MarketStore,
  moments: string,
  query: LedgerQuery,
): Promise<LedgerEntryOut[]> {
  const isNamed = (wanted: string | undefined, name: string): boolean =>
    wanted === undefined || wanted === name
  const isAsked = ({ venue, symbol }: Market): boolean =>
    isNamed(query.venue, venue) && isNamed(query.symbol, symbol)
  const markets = store.markets().filter(isAsked)
  const entries: LedgerEntryOut[] = []
  for (const entry of markets.flatMap((market) => ledgerOf(store, market))) {
    const sha256 = query.hash === true ? await contentHash(store, entry.market, entry.holds) : null
    entries.push(entryOut(entry, sha256))
  }
  const kept = keptAt(moments).filter(({ market }) => isAsked(market))
  return [...entries, ...kept.map(momentsOut)]
}

function momentsOut({ market, from, to, rows, bytes }: Kept): LedgerEntryOut {
  return {
    symbol: market.symbol,
    venue: market.venue,
    simulated: isSimulated(market),
    holds: 'moments',
    from: toIso(from),
    to: toIso(to),
    rows,
    bytes,
    own_rows: rows,
    gaps: [],
    sha256: null,
    origins: [],
  }
}

function entryOut(
  { market, holds, span, rows, ownRows, gaps, origins }: LedgerEntry,
  sha256: string | null,
): LedgerEntryOut {
  return {
    symbol: market.symbol,
    venue: market.venue,
    simulated: isSimulated(market),
    holds,
    from: span === null ? null : toIso(span.from),
    to: span === null ? null : toIso(span.to),
    rows,
    bytes: null,
    own_rows: ownRows,
    gaps: gaps.map(rangeOut),
    sha256,
    origins: origins.map(({ at, ...origin }) => ({ ...origin, at: at === null ? null : toIso(at) })),
  }
}
