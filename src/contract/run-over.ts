// Which states a training run or a backtest ends in.
import type { RunStatus } from './training.ts'

/** Whether nothing will ever come of it any more. */
export function isOver(status: RunStatus): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED'
}
