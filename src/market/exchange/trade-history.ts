// Past trades by REST, page by page, ascending, in the way that the exchange can be asked.
import { HOUR, type EpochMs } from '../../core/time.ts'
import type { CcxtMarket, CcxtTrade } from './ccxt.ts'
import type { ExchangeProfile } from './profile.ts'
import type { Rest } from './rest.ts'

export interface PastRequest {
  readonly rest: Rest
  readonly market: CcxtMarket
  readonly profile: ExchangeProfile
  readonly attempts: number
  readonly signal: AbortSignal
  readonly now: () => EpochMs
}

/** From a trade on by its id (where ids are numbers and asked for), else from a time on. */
export interface PastStart {
  readonly id: number | null
  readonly time: EpochMs
}

/** Up to the newest trade. Pages may overlap, and an exchange that gives only its newest trades begins later than asked. */
export async function* pastTrades(request: PastRequest, start: PastStart): AsyncGenerator<CcxtTrade[]> {
  const { past } = request.profile
  if (past === 'newest') yield ascending(await ask(request, undefined, {}))
  else if (past === 'since') yield* byTime(request, start.time)
  else yield* byId(request, start)
}

async function* byId(request: PastRequest, { id, time }: PastStart): AsyncGenerator<CcxtTrade[]> {
  const { profile } = request
  let next = id
  if (next === null) {
    const first = await firstByTime(request, time)
    if (first.length === 0) return
    yield first
    next = lastId(first) + 1
  }
  for (;;) {
    const page = ascending(await ask(request, undefined, { [profile.fromId]: next }))
    if (page.length > 0) yield page
    if (page.length < profile.tradesAPage) return
    next = lastId(page) + 1
  }
}

/** ccxt asks Binance for an hour from `since` on; an hour without a trade is not the end. */
async function firstByTime(request: PastRequest, from: EpochMs): Promise<CcxtTrade[]> {
  for (let since: number = from; since <= request.now(); since += HOUR) {
    const page = ascending(await ask(request, since, {}))
    if (page.length > 0) return page
  }
  return []
}

async function* byTime(request: PastRequest, from: EpochMs): AsyncGenerator<CcxtTrade[]> {
  for (let since: number = from; ;) {
    const page = ascending(await ask(request, since, {}))
    const last = page.at(-1)?.timestamp
    if (last === undefined) return
    yield page
    // Trades of the last millisecond may go on in the next page, so it is asked for again; a page of nothing else is the end.
    if (last <= since) return
    since = last
  }
}

function ask(
  { rest, market, profile, attempts, signal }: PastRequest,
  since: number | undefined,
  params: Readonly<Record<string, unknown>>,
): Promise<CcxtTrade[]> {
  return rest.ask('past trades', attempts, signal, () =>
    rest.exchange.fetchTrades(market.symbol, since, profile.tradesAPage, params),
  )
}

function ascending(page: readonly CcxtTrade[]): CcxtTrade[] {
  return page.toSorted((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
}

function lastId(page: readonly CcxtTrade[]): number {
  return Math.max(...page.map(({ id }) => Number(id)))
}
