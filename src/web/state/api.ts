// The HTTP interface as functions; every failure is an ApiError with the server's own words.
import type { AnnotationBody, ReviewedSpanBody, TestCaseOut } from '../../contract/annotations.ts'
import type { QueryOf } from '../../contract/calls.ts'
import { createClient, type WireRequest } from '../../contract/client.ts'
import type { SessionBody } from '../../contract/inference.ts'
import type { StreamBody } from '../../contract/market.ts'
import type { MarketName } from '../../contract/market-name.ts'
import type { ErrorBody } from '../../contract/shapes.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import type { Timeframe } from './timeframes.ts'

export type TestCase = TestCaseOut

/** What the server refused and why; `code` is stable, `unreachable` where nobody answered. */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status: number) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
  }
}

/** The server this page came from, by the operations of the contract. */
const client = createClient(send)

async function send({ method, path, headers, body }: WireRequest): Promise<unknown> {
  const request = { method, headers, body: body ?? null }
  const response = await fetch(path, request).catch((error: unknown) => {
    const message = `The server does not answer (${String(error)}). Is it still running?`
    throw new ApiError('unreachable', message, 0)
  })
  const text = await response.text()
  if (!response.ok) throw errorOf(response.status, text)
  return text === '' ? undefined : JSON.parse(text)
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as ErrorBody
    return new ApiError(error.code, error.message, status)
  } catch {
    return new ApiError('unreadable_answer', `The server answered ${status}: ${text.slice(0, 200)}`, status)
  }
}

export interface CandleRange extends MarketName {
  timeframe: Timeframe
  /** UTC ms, inclusive. */
  from?: number
  /** UTC ms, exclusive. */
  to?: number
  limit?: number
  forming?: boolean
}

/** Of a market's past; UTC ms, `to` exclusive. */
export interface Stretch extends MarketName {
  readonly timeframe: Timeframe
  readonly from: number
  readonly to: number
}

/** A market's name alone, whatever else `market` holds. */
export function nameOf({ symbol, venue }: MarketName): MarketName {
  return { symbol, venue }
}

/** What the page asks of the server: lists without their envelopes. */
export const api = {
  health: () => client.getHealth(),
  markets: async () => (await client.listMarkets()).markets,
  openStream: (body: StreamBody) => client.followMarket({ body }),
  closeStream: (market: MarketName) => client.unfollowMarket({ query: nameOf(market) }),
  exchanges: async () => (await client.listExchanges()).exchanges,
  symbols: async (id: string, q: string, limit: number) =>
    (await client.listSymbols({ id, query: { q, limit } })).symbols,
  historyCost: (query: Stretch) => client.getHistoryCost({ query }),
  fetchHistory: (body: Stretch) => client.fetchHistory({ body }),
  candles: (query: CandleRange) => client.getCandles({ query }),
  orderBooks: async (query: QueryOf<'listOrderBooks'>) =>
    (await client.listOrderBooks({ query })).order_books,
  consolidatedBook: (query: QueryOf<'getConsolidatedOrderBook'>) =>
    client.getConsolidatedOrderBook({ query }),

  annotations: async (market: MarketName) =>
    (await client.listAnnotations({ query: nameOf(market) })).annotations,
  createAnnotation: (body: AnnotationBody) => client.createAnnotation({ body }),
  replaceAnnotation: (id: string, body: AnnotationBody) => client.replaceAnnotation({ id, body }),
  deleteAnnotation: (id: string) => client.deleteAnnotation({ id }),
  restoreAnnotation: (id: string) => client.restoreAnnotation({ id }),

  reviewedSpans: async (market: MarketName) =>
    (await client.listReviewedSpans({ query: nameOf(market) })).reviewed_spans,
  createReviewedSpan: (body: ReviewedSpanBody) => client.createReviewedSpan({ body }),
  deleteReviewedSpan: (id: string) => client.deleteReviewedSpan({ id }),

  testCases: async () => (await client.listTestCases()).test_cases,
  testCase: (id: string) => client.getTestCase({ id }),

  models: async () => (await client.listModels()).models,
  trainingRuns: async () => (await client.listTrainingRuns()).training_runs,
  trainingRun: (id: string) => client.getTrainingRun({ id }),
  train: (body: TrainingBody) => client.startTrainingRun({ body }),
  pauseTraining: (id: string) => client.pauseTrainingRun({ id }),
  resumeTraining: (id: string) => client.resumeTrainingRun({ id }),
  cancelTraining: (id: string) => client.cancelTrainingRun({ id }),
  compareRuns: (ids: readonly string[]) => client.compareTrainingRuns({ query: { ids: ids.join(',') } }),

  sessions: async () => (await client.listInferenceSessions()).inference_sessions,
  startSession: (body: SessionBody) => client.startInferenceSession({ body }),
  stopSession: (id: string) => client.stopInferenceSession({ id }),
  signals: async (query: QueryOf<'listSignals'>) => (await client.listSignals({ query })).signals,
}
