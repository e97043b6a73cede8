// Where each call of the HTTP interface is made, by operation id; what it takes and answers stands in routes.ts.
// The page needs this at run time and nothing else of the contract, so it stands apart from the schemas.

/** Operation id → method and path. `:name` in a path is a parameter of the call. */
export const ADDRESSES = {
  getHealth: 'GET /api/health',
  getOpenApi: 'GET /api/openapi.json',
  streamEvents: 'GET /api/events',

  getCandles: 'GET /api/candles',
  listMarkets: 'GET /api/markets',
  followMarket: 'POST /api/markets',
  unfollowMarket: 'DELETE /api/markets',
  getLedger: 'GET /api/ledger',
  listImports: 'GET /api/imports',
  forgetImport: 'DELETE /api/imports/:id',

  listExchanges: 'GET /api/exchanges',
  listSymbols: 'GET /api/exchanges/:id/symbols',
  getHistoryCost: 'GET /api/history',
  fetchHistory: 'POST /api/history',

  getOrderBook: 'GET /api/order-book',
  listOrderBooks: 'GET /api/order-books',
  getConsolidatedOrderBook: 'GET /api/consolidated-order-book',

  createAnnotation: 'POST /api/annotations',
  listAnnotations: 'GET /api/annotations',
  getAnnotation: 'GET /api/annotations/:id',
  replaceAnnotation: 'PUT /api/annotations/:id',
  deleteAnnotation: 'DELETE /api/annotations/:id',
  restoreAnnotation: 'POST /api/annotations/:id/restore',

  createReviewedSpan: 'POST /api/reviewed-spans',
  listReviewedSpans: 'GET /api/reviewed-spans',
  getReviewedSpan: 'GET /api/reviewed-spans/:id',
  deleteReviewedSpan: 'DELETE /api/reviewed-spans/:id',

  reportShown: 'POST /api/shown',

  listTestCases: 'GET /api/test-cases',
  getTestCase: 'GET /api/test-cases/:id',

  listModels: 'GET /api/models',
  promoteCheckpoint: 'POST /api/models/:id/promote',
  rollBackModel: 'POST /api/models/:id/rollback',
  getModelHistory: 'GET /api/models/:id/history',
  getForwardRecord: 'GET /api/models/:id/forward',
  compareCheckpoints: 'GET /api/models/:id/compare',
  setAlias: 'PUT /api/models/:id/aliases/:alias',
  noteCheckpoint: 'PUT /api/models/:id/checkpoints/:checkpoint/note',
  getLineage: 'GET /api/models/:id/checkpoints/:checkpoint/lineage',
  importModel: 'POST /api/models/custom/checkpoints',

  listWorkers: 'GET /api/workers',

  startTrainingRun: 'POST /api/training-runs',
  listTrainingRuns: 'GET /api/training-runs',
  compareTrainingRuns: 'GET /api/training-runs/compare',
  getTrainingRun: 'GET /api/training-runs/:id',
  pauseTrainingRun: 'POST /api/training-runs/:id/pause',
  resumeTrainingRun: 'POST /api/training-runs/:id/resume',
  cancelTrainingRun: 'POST /api/training-runs/:id/cancel',

  startBacktest: 'POST /api/backtests',
  listBacktests: 'GET /api/backtests',
  getBacktest: 'GET /api/backtests/:id',
  pauseBacktest: 'POST /api/backtests/:id/pause',
  resumeBacktest: 'POST /api/backtests/:id/resume',
  cancelBacktest: 'POST /api/backtests/:id/cancel',

  getPreview: 'GET /api/preview',
  findSimilar: 'GET /api/similar',
  createRejectedHold: 'POST /api/rejected-holds',
  deleteRejectedHold: 'DELETE /api/rejected-holds/:id',
  listSuggestions: 'GET /api/suggestions',
  answerSuggestion: 'POST /api/suggestions/:id',

  getDataSetHealth: 'GET /api/data-set/health',
  drawSecondLooks: 'GET /api/data-set/second-looks',
  answerSecondLook: 'POST /api/data-set/second-looks',

  startInferenceSession: 'POST /api/inference-sessions',
  listInferenceSessions: 'GET /api/inference-sessions',
  getInferenceSession: 'GET /api/inference-sessions/:id',
  stopInferenceSession: 'POST /api/inference-sessions/:id/stop',
  getDrift: 'GET /api/inference-sessions/:id/drift',
  listMismatches: 'GET /api/inference-sessions/:id/mismatches',
  listSignals: 'GET /api/signals',

  createAlert: 'POST /api/alerts',
  listAlerts: 'GET /api/alerts',
  deleteAlert: 'DELETE /api/alerts/:id',
  testAlert: 'POST /api/alerts/:id/test',
  listDeliveries: 'GET /api/alerts/:id/deliveries',
  retryDelivery: 'POST /api/alerts/:id/deliveries/:delivery/retry',

  listCalls: 'GET /api/calls',
  countCalls: 'GET /api/calls/counts',
  getCallState: 'GET /api/calls/:id/state',
  judgeCall: 'POST /api/calls/:id/verdict',
} as const

export type Operation = keyof typeof ADDRESSES
type Address = (typeof ADDRESSES)[Operation]
export type Method = Address extends `${infer M} ${string}` ? M : never

type NamesIn<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** The parameters in an operation's path. */
export type ParamsOf<Id extends Operation> = Record<NamesIn<(typeof ADDRESSES)[Id]>, string>

/** Method and path of an operation. */
export function addressOf(id: Operation): { readonly method: Method; readonly path: string } {
  const [method, path] = ADDRESSES[id].split(' ') as [Method, string]
  return { method, path }
}

/** Names of the parameters in a path, in order. */
export function paramNames(path: string): string[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name = '']) => name)
}
