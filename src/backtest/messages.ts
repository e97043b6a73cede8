// What the process of a backtest says; checked on arrival.
import Type, { type Static } from 'typebox'
import { BacktestResult } from '../contract/backtests.ts'
import { Checker } from '../core/checker.ts'

const FromBacktest = Type.Union([
  Type.Object({ kind: Type.Literal('progress'), progress: Type.Number() }),
  Type.Object({ kind: Type.Literal('completed'), result: BacktestResult }),
  Type.Object({
    kind: Type.Literal('failed'),
    error: Type.Object({ code: Type.String(), message: Type.String() }),
  }),
])
export type FromBacktest = Static<typeof FromBacktest>
const schema = new Checker(FromBacktest)

/** @throws TypeError when it is none of ours */
export function parseFromBacktest(message: unknown): FromBacktest {
  if (schema.check(message)) return message
  throw new TypeError('the process of a backtest said something that is not known')
}
