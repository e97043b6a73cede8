// Backtests: started in the background, watched, set aside, read.
import {
  BacktestBody,
  BacktestDetail,
  BacktestOut,
  BacktestQuery,
  BacktestsOut,
  BacktestsQuery,
} from '../backtests.ts'

const tag = 'backtests'
const ONE = { tag, answers: { 200: BacktestOut } } as const
const UNKNOWN = ['unknown_backtest'] as const

export const backtestRoutes = {
  startBacktest: {
    summary: 'Run a checkpoint over a stored span in the background, by the code that runs live',
    description:
      'Seconds that the checkpoint was trained on are left out unless `include_trained` says otherwise. Several run at once. With `pattern` "*" all promoted patterns of the model call together, by the code of a session of them.',
    tag,
    body: BacktestBody,
    answers: { 202: BacktestOut },
    errors: [
      'unknown_model',
      'no_checkpoint',
      'two_checkpoints',
      'no_challenger',
      'unknown_checkpoint',
      'broken_checkpoint',
      'unknown_symbol',
      'unknown_venue',
      'invalid_timestamp',
      'invalid_span',
      'sweep_too_large',
      'sweep_of_agent',
      'sweep_of_patterns',
      'nothing_to_score',
    ],
  },
  listBacktests: {
    summary: 'Backtests, newest first: all, or a page of them; without their calls and trades',
    tag,
    query: BacktestsQuery,
    answers: { 200: BacktestsOut },
    errors: UNKNOWN,
  },
  getBacktest: {
    summary: 'One backtest with its calls, trades and equity',
    tag,
    query: BacktestQuery,
    answers: { 200: BacktestDetail },
    errors: [...UNKNOWN, 'unknown_timezone'],
  },
  pauseBacktest: {
    ...ONE,
    summary: 'Set a backtest aside; what it has scored is kept',
    errors: [...UNKNOWN, 'backtest_is_over'],
  },
  resumeBacktest: {
    ...ONE,
    summary: 'Go on with a paused or interrupted backtest',
    errors: [...UNKNOWN, 'backtest_is_over'],
  },
  cancelBacktest: {
    ...ONE,
    summary: 'Cancel a backtest; one that is over stays as it is',
    errors: UNKNOWN,
  },
} as const
