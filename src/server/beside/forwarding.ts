// Who does what on servers of one PostgreSQL: what reads is done by each, what writes, or asks what only the owner has, by the owner, whoever is asked.
import { EventEmitter } from 'node:events'
import type { App } from '../app.ts'
import { inWords } from '../failures.ts'
import type { Answered, Asked, Handlers } from '../typed.ts'

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

type AnyHandler = (asked: Asked<never>) => unknown

/** Handlers that ask the owner where this server is not it; the owner does with `handlers` what it is asked. */
export function forwarded(app: Pick<App, 'talk'>, handlers: Handlers<Answered>): Handlers<Answered> {
  const { talk } = app
  if (talk === null) return handlers
  const all = new Map(Object.entries(handlers) as [string, AnyHandler][])
  talk.doBy(async (operation, order) => {
    const handler = all.get(operation)
    if (handler === undefined) throw new Error(`no operation ${operation}`)
    try {
      // Whoever asked may be gone: nobody here hears of it.
      return await handler({ ...order, raw: new EventEmitter() } as unknown as Asked<never>)
    } catch (error) {
      throw inWords(error as Error)
    }
  })
  const entries = [...all].map(([id, handler]): [string, AnyHandler] => {
    if (HERE.has(id)) return [id, handler]
    const asking: AnyHandler = async (asked) => {
      await talk.settled()
      return talk.isOwner ? handler(asked) : talk.ask(id, asked)
    }
    return [id, asking]
  })
  return Object.fromEntries(entries) as unknown as Handlers<Answered>
}
