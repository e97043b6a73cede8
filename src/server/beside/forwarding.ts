// Who does what on servers of one PostgreSQL: what reads is done by each, what is of a market that moves by whoever follows that, all else that writes by the owner, whoever is asked.
import { EventEmitter } from 'node:events'
import type { App } from '../app.ts'
import { inWords } from '../failures.ts'
import type { Market } from '../../market/types.ts'
import type { Answered, Asked, Handlers } from '../typed.ts'
import type { Order } from './orders.ts'
import type { Talk } from './talk.ts'
import { RECALL, recallHere } from './past-elsewhere.ts'

/** Done from the database, or from the markets in this machine's file: while the owner is away, too. */
const HERE: ReadonlySet<string> = new Set<Answered>([
  'getHealth',
  'getOpenApi',
  'getCandles',
  'listMarkets',
  'listExchanges',
  'listSymbols',
  'getOrderBook',
  'listOrderBooks',
  'getConsolidatedOrderBook',
  'listAnnotations',
  'getAnnotation',
  'listReviewedSpans',
  'getReviewedSpan',
  'listWorkers',
  'listTrainingRuns',
  'getTrainingRun',
  'listBacktests',
  'getBacktest',
  'listInferenceSessions',
  'getInferenceSession',
  'listMismatches',
  'listSignals',
  'listAlerts',
  'listDeliveries',
  'listCalls',
  'countCalls',
  'getCallState',
])

/** Done by whoever follows the market that is named. */
const OF_MARKET: ReadonlySet<string> = new Set<Answered>([
  'startInferenceSession',
  'unfollowMarket',
  'getHistoryCost',
  'fetchHistory',
])
/** Done by whoever follows the market of the session that is named. */
const OF_SESSION: ReadonlySet<string> = new Set<Answered>(['stopInferenceSession', 'getDrift'])

/** What it stored is in the market's log once another's question is answered. */
const FETCH: Answered = 'fetchHistory'

type AnyHandler = (asked: Asked<never>) => unknown

/** Handlers that ask another server where that is to do it; what another asks of this one is done with `handlers`. */
export function forwarded(app: App, handlers: Handlers<Answered>): Handlers<Answered> {
  const { talk } = app
  if (talk === null) return handlers
  const all = new Map(Object.entries(withCheckpoints(talk, handlers)) as [string, AnyHandler][])
  talk.doBy(async (operation, order) => {
    if (operation === RECALL) return recallHere(app, order)
    const handler = all.get(operation)
    if (handler === undefined) throw new Error(`no operation ${operation}`)
    try {
      // Whoever asked may be gone: nobody here hears of it.
      const answer = await handler({ ...order, raw: new EventEmitter() } as unknown as Asked<never>)
      if (operation === FETCH) await app.logged(app.provider.resolve(...named(order)))
      return answer
    } catch (error) {
      throw inWords(error as Error)
    }
  })
  const entries = [...all].map(([id, handler]): [string, AnyHandler] => {
    if (HERE.has(id)) return [id, handler]
    const asking: AnyHandler = async (asked) => {
      await talk.settled()
      const market = await marketOf(app, id, asked)
      return talk.answers(market) ? handler(asked) : talk.ask(market, id, naming(market, asked))
    }
    return [id, asking]
  })
  return Object.fromEntries(entries) as unknown as Handlers<Answered>
}

/** A checkpoint that another machine trained a moment ago goes live here, too. */
function withCheckpoints(talk: Talk, handlers: Handlers<Answered>): Handlers<Answered> {
  return {
    ...handlers,
    async startInferenceSession(asked) {
      if (!talk.isOwner) await talk.files.pull()
      return handlers.startInferenceSession(asked)
    },
  }
}

/** Null: of none, or of one that is not known; the owner says so. */
async function marketOf(app: App, id: string, { params, query, body }: Order): Promise<Market | null> {
  try {
    if (OF_SESSION.has(id)) return await app.inference.get((params as { id: string }).id)
    if (!OF_MARKET.has(id)) return null
    return app.provider.resolve(...named({ params, query, body }))
  } catch {
    return null
  }
}

function named({ query, body }: Order): [symbol?: string, venue?: string] {
  const { symbol, venue } = (body ?? query) as Partial<Market>
  return [symbol, venue] as [symbol?: string, venue?: string]
}

/** A market whose venue this server knew is named in full: another may have been started on another one. */
function naming(market: Market | null, { params, query, body }: Order): Order {
  const isNamed = market !== null && body !== null && typeof body === 'object' && 'symbol' in body
  return { params, query, body: isNamed ? { ...body, venue: market.venue } : body }
}
