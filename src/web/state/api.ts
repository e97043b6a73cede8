// The HTTP interface as functions. What is read of one market ends when another is shown; every failure is an ApiError.
import type { AnnotationBody, ReviewedSpanBody, TestCaseOut } from '../../contract/annotations.ts'
import type { QueryOf } from '../../contract/calls.ts'
import { createClient } from '../../contract/client.ts'
import type { BacktestBody } from '../../contract/backtests.ts'
import type { CallVerdict } from '../../contract/live-calls.ts'
import type { SessionBody } from '../../contract/inference.ts'
import type { StreamBody } from '../../contract/market.ts'
import type { MarketName } from '../../contract/market-name.ts'
import type { SecondLookBody } from '../../contract/second-looks.ts'
import type { SuggestionBody } from '../../contract/suggestions.ts'
import type { ShownBody } from '../../contract/shown.ts'
import type { TrainingBody } from '../../contract/training-parameters.ts'
import { sender } from './request.ts'
import { whileShown } from './shown-market.ts'
import type { Timeframe } from './timeframes.ts'

export type TestCase = TestCaseOut

/** The server this page came from, by the operations of the contract. */
const client = createClient(sender())

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

/** Part of a list: the last `limit` of those that come before `before`, which the answer of the page after it gave. */
interface PageOfMarks {
  readonly limit: number
  readonly before?: string
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
  exchanges: async (within: AbortSignal) => (await client.listExchanges({}, within)).exchanges,
  symbols: async (id: string, q: string, limit: number, within: AbortSignal) =>
    (await client.listSymbols({ id, query: { q, limit } }, within)).symbols,
  historyCost: (query: Stretch) => client.getHistoryCost({ query }, whileShown()),
  fetchHistory: (body: Stretch) => client.fetchHistory({ body }),
  candles: (query: CandleRange) => client.getCandles({ query }, whileShown()),
  orderBooks: async (query: QueryOf<'listOrderBooks'>) =>
    (await client.listOrderBooks({ query }, whileShown())).order_books,
  consolidatedBook: (query: QueryOf<'getConsolidatedOrderBook'>) =>
    client.getConsolidatedOrderBook({ query }, whileShown()),

  /** The newest page, or the one that ends at `before`; by entry, oldest first. */
  annotations: (market: MarketName, page: PageOfMarks) =>
    client.listAnnotations({ query: { ...nameOf(market), ...page } }, whileShown()),
  /** The newest page of the deleted ones. */
  deletedAnnotations: (market: MarketName, limit: number) =>
    client.listAnnotations({ query: { ...nameOf(market), deleted: true, limit } }, whileShown()),
  createAnnotation: (body: AnnotationBody) => client.createAnnotation({ body }),
  replaceAnnotation: (id: string, body: AnnotationBody) => client.replaceAnnotation({ id, body }),
  deleteAnnotation: (id: string) => client.deleteAnnotation({ id }),
  restoreAnnotation: (id: string) => client.restoreAnnotation({ id }),

  reviewedSpans: (market: MarketName, page: PageOfMarks) =>
    client.listReviewedSpans({ query: { ...nameOf(market), ...page } }, whileShown()),
  createReviewedSpan: (body: ReviewedSpanBody) => client.createReviewedSpan({ body }),
  deleteReviewedSpan: (id: string) => client.deleteReviewedSpan({ id }),

  reportShown: (body: ShownBody) => client.reportShown({ body }),

  preview: (market: MarketName) => client.getPreview({ query: nameOf(market) }, whileShown()),

  suggestions: (market: MarketName, limit: number) =>
    client.listSuggestions({ query: { ...nameOf(market), limit } }, whileShown()),
  answerSuggestion: (id: string, body: SuggestionBody) => client.answerSuggestion({ id, body }),

  drawSecondLooks: (market: MarketName, limit: number) =>
    client.drawSecondLooks({ query: { ...nameOf(market), limit } }, whileShown()),
  answerSecondLook: (body: SecondLookBody) => client.answerSecondLook({ body }),
  dataSetHealth: (timezone: string, within: AbortSignal) =>
    client.getDataSetHealth({ query: { timezone } }, within),

  similar: (query: QueryOf<'findSimilar'>) => client.findSimilar({ query }),
  rejectHold: (market: MarketName, timestamp: string) =>
    client.createRejectedHold({ body: { ...nameOf(market), timestamp } }),
  takeHoldBack: (id: string) => client.deleteRejectedHold({ id }),

  /** States of the test cases of the same page of annotations. */
  testCases: (market: MarketName, page: PageOfMarks) =>
    client.listTestCases({ query: { ...nameOf(market), ...page } }, whileShown()),
  testCase: (id: string, within: AbortSignal) => client.getTestCase({ id }, within),

  models: async () => (await client.listModels()).models,
  /** `pattern`: '' for the model as a whole; here and below. */
  promote: (id: string, body: { checkpoint: string; reason: string; pattern: string }) =>
    client.promoteCheckpoint({
      id,
      body: {
        checkpoint: body.checkpoint,
        ...(body.reason === '' ? {} : { reason: body.reason }),
        ...ofPattern(body.pattern),
      },
    }),
  rollBack: (id: string, pattern: string) => client.rollBackModel({ id, query: ofPattern(pattern) }),
  /** What came of the calls after its newest promotion. */
  forward: (id: string, checkpoint: string, pattern: string) =>
    client.getForwardRecord({ id, query: { checkpoint, ...ofPattern(pattern) } }),
  modelHistory: async (id: string, pattern: string) => {
    const found = await client.getModelHistory({ id, query: ofPattern(pattern) })
    return 'promotions' in found ? found.promotions : []
  },
  liveAt: async (id: string, at: number, pattern: string) => {
    const found = await client.getModelHistory({ id, query: { at, ...ofPattern(pattern) } })
    return 'at' in found ? found : null
  },
  compareCheckpoints: (id: string, candidate: string, against: string) =>
    client.compareCheckpoints({ id, query: { candidate, against } }),
  /** `pattern`: '' for that of the model as a whole. */
  setChallenger: (id: string, checkpoint: string | null, pattern: string) =>
    client.setAlias({
      id,
      alias: 'challenger',
      body: { checkpoint, ...(pattern === '' ? {} : { pattern }) },
    }),
  noteCheckpoint: (id: string, checkpoint: string, note: string) =>
    client.noteCheckpoint({ id, checkpoint, body: { note } }),
  /** With the page of its test cases that comes after `after`; null for the first. */
  lineage: (id: string, checkpoint: string, after: string | null = null) =>
    client.getLineage({ id, checkpoint, query: after === null ? {} : { after } }),
  trainingRuns: async (query: QueryOf<'listTrainingRuns'>) =>
    (await client.listTrainingRuns({ query })).training_runs,
  workers: async () => (await client.listWorkers()).workers,
  trainingRun: (id: string) => client.getTrainingRun({ id }),
  train: (body: TrainingBody) => client.startTrainingRun({ body }),
  pauseTraining: (id: string) => client.pauseTrainingRun({ id }),
  resumeTraining: (id: string) => client.resumeTrainingRun({ id }),
  cancelTraining: (id: string) => client.cancelTrainingRun({ id }),
  backtests: async (query: QueryOf<'listBacktests'>) => (await client.listBacktests({ query })).backtests,
  backtest: (id: string, timezone: string, within: AbortSignal) =>
    client.getBacktest({ id, query: { timezone } }, within),
  startBacktest: (body: BacktestBody) => client.startBacktest({ body }),
  pauseBacktest: (id: string) => client.pauseBacktest({ id }),
  resumeBacktest: (id: string) => client.resumeBacktest({ id }),
  cancelBacktest: (id: string) => client.cancelBacktest({ id }),
  compareRuns: (ids: readonly string[]) => client.compareTrainingRuns({ query: { ids: ids.join(',') } }),

  sessions: async (query: QueryOf<'listInferenceSessions'>) =>
    (await client.listInferenceSessions({ query }, whileShown())).inference_sessions,
  session: (id: string) => client.getInferenceSession({ id }, whileShown()),
  startSession: (body: SessionBody) => client.startInferenceSession({ body }),
  stopSession: (id: string) => client.stopInferenceSession({ id }),
  signals: async (query: QueryOf<'listSignals'>) =>
    (await client.listSignals({ query }, whileShown())).signals,
  drift: (id: string) => client.getDrift({ id }),
  callCounts: (query: QueryOf<'countCalls'>) => client.countCalls({ query }, whileShown()),
  calls: async (query: QueryOf<'listCalls'>) => (await client.listCalls({ query }, whileShown())).calls,
  judgeCall: (id: string, verdict: CallVerdict | null) => client.judgeCall({ id, body: { verdict } }),
}

function ofPattern(pattern: string): { pattern?: string } {
  return pattern === '' ? {} : { pattern }
}
