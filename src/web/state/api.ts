// The HTTP interface as functions; every failure is an ApiError with the server's own words.
import type {
  AnnotationBody,
  AnnotationOut,
  ReviewedSpanBody,
  ReviewedSpanOut,
  TestCaseOut,
  TestCaseState,
} from '../../contract/annotations.ts'
import type { SessionBody, SessionOut, SignalOut } from '../../contract/inference.ts'
import type { ExchangesOut, HistoryCostOut, HistoryOut, SymbolsOut } from '../../contract/exchanges.ts'
import type { MarketName } from '../../contract/market-name.ts'
import type { CandlesOut, HealthOut, MarketOut, StreamBody } from '../../contract/market.ts'
import type { ConsolidatedBookOut, OrderBookOut } from '../../contract/order-book.ts'
import type { RunsCompared } from '../../contract/runs-compared.ts'
import type { ModelOut, TrainingRunOut } from '../../contract/training.ts'
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

type Query = Record<string, string | number | boolean | undefined>

async function call<T>(method: string, path: string, body?: unknown, query: Query = {}): Promise<T> {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value))
  const suffix = search.size > 0 ? `?${search}` : ''
  const response = await fetch(`/api${path}${suffix}`, requestOf(method, body)).catch((error: unknown) => {
    throw new ApiError(
      'unreachable',
      `The server does not answer (${String(error)}). Is it still running?`,
      0,
    )
  })
  const text = await response.text()
  if (!response.ok) throw errorOf(response.status, text)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

function requestOf(method: string, body: unknown): RequestInit {
  if (body === undefined) return { method }
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; message: string } }
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

const id = encodeURIComponent

/** Of a market's past; UTC ms, `to` exclusive. */
export interface Stretch extends MarketName {
  readonly timeframe: Timeframe
  readonly from: number
  readonly to: number
}

/** A market's name alone, whatever else `market` holds. */
export function nameOf({ symbol, venue }: MarketName): MarketName & Query {
  return { symbol, venue }
}

export const api = {
  health: () => call<HealthOut>('GET', '/health'),
  markets: () => call<{ markets: MarketOut[] }>('GET', '/markets').then((out) => out.markets),
  openStream: (body: StreamBody) => call<MarketOut>('POST', '/markets', body),
  closeStream: (market: MarketName) => call<unknown>('DELETE', '/markets', undefined, nameOf(market)),
  exchanges: () => call<ExchangesOut>('GET', '/exchanges').then((out) => out.exchanges),
  symbols: (exchange: string, q: string, limit: number) =>
    call<SymbolsOut>('GET', `/exchanges/${id(exchange)}/symbols`, undefined, { q, limit }).then(
      (out) => out.symbols,
    ),
  historyCost: (stretch: Stretch) => call<HistoryCostOut>('GET', '/history', undefined, { ...stretch }),
  fetchHistory: (stretch: Stretch) => call<HistoryOut>('POST', '/history', stretch),
  candles: (range: CandleRange) => call<CandlesOut>('GET', '/candles', undefined, { ...range }),
  orderBooks: (query: { symbol: string; venue?: string; at?: number; seconds?: number }) =>
    call<{ order_books: OrderBookOut[] }>('GET', '/order-books', undefined, query).then(
      (out) => out.order_books,
    ),

  consolidatedBook: (query: { symbol: string; at?: number }) =>
    call<ConsolidatedBookOut>('GET', '/consolidated-order-book', undefined, query),

  annotations: (market: MarketName) =>
    call<{ annotations: AnnotationOut[] }>('GET', '/annotations', undefined, nameOf(market)).then(
      (out) => out.annotations,
    ),
  createAnnotation: (body: AnnotationBody) => call<AnnotationOut>('POST', '/annotations', body),
  replaceAnnotation: (annotation: string, body: AnnotationBody) =>
    call<AnnotationOut>('PUT', `/annotations/${id(annotation)}`, body),
  deleteAnnotation: (annotation: string) => call<unknown>('DELETE', `/annotations/${id(annotation)}`),
  restoreAnnotation: (annotation: string) =>
    call<AnnotationOut>('POST', `/annotations/${id(annotation)}/restore`, {}),

  reviewedSpans: (market: MarketName) =>
    call<{ reviewed_spans: ReviewedSpanOut[] }>('GET', '/reviewed-spans', undefined, nameOf(market)).then(
      (out) => out.reviewed_spans,
    ),
  createReviewedSpan: (body: ReviewedSpanBody) => call<ReviewedSpanOut>('POST', '/reviewed-spans', body),
  deleteReviewedSpan: (span: string) => call<unknown>('DELETE', `/reviewed-spans/${id(span)}`),

  testCases: () => call<{ test_cases: TestCaseState[] }>('GET', '/test-cases').then((out) => out.test_cases),
  testCase: (testCase: string) => call<TestCase>('GET', `/test-cases/${id(testCase)}`),

  models: () => call<{ models: ModelOut[] }>('GET', '/models').then((out) => out.models),
  trainingRuns: () =>
    call<{ training_runs: TrainingRunOut[] }>('GET', '/training-runs').then((out) => out.training_runs),
  trainingRun: (run: string) => call<TrainingRunOut>('GET', `/training-runs/${id(run)}`),
  train: (body: TrainingBody) => call<{ id: string }>('POST', '/training-runs', body),
  pauseTraining: (run: string) => call<unknown>('POST', `/training-runs/${id(run)}/pause`, {}),
  resumeTraining: (run: string) => call<unknown>('POST', `/training-runs/${id(run)}/resume`, {}),
  compareRuns: (ids: readonly string[]) =>
    call<RunsCompared>('GET', '/training-runs/compare', undefined, { ids: ids.join(',') }),
  cancelTraining: (run: string) => call<unknown>('POST', `/training-runs/${id(run)}/cancel`, {}),

  sessions: () =>
    call<{ inference_sessions: SessionOut[] }>('GET', '/inference-sessions').then(
      (out) => out.inference_sessions,
    ),
  startSession: (body: SessionBody) => call<{ id: string }>('POST', '/inference-sessions', body),
  stopSession: (session: string) => call<unknown>('POST', `/inference-sessions/${id(session)}/stop`, {}),
  signals: (query: { symbol?: string; venue?: string; session?: string; calls?: boolean; limit?: number }) =>
    call<{ signals: SignalOut[] }>('GET', '/signals', undefined, query).then((out) => out.signals),
}
