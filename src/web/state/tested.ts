// The calls of one backtest, to be marked on the charts and stepped through. Pure.
import type { BacktestDetail } from '../../contract/backtests.ts'
import type { MarketName } from '../../contract/market-name.ts'

export interface TestedCall {
  /** The as-of second, UTC ms. */
  readonly time: number
  readonly action: 'BUY' | 'SELL'
  readonly price: number
  /** Its second is one that the checkpoint was trained on. */
  readonly wasTrained: boolean
}

export interface Tested extends MarketName {
  /** Id of the backtest. */
  readonly backtest: string
  /** Version of its checkpoint. */
  readonly checkpoint: string
  /** Ascending by time. */
  readonly calls: readonly TestedCall[]
}

export function testedOf(backtest: BacktestDetail): Tested {
  const { id, checkpoint, symbol, venue, calls } = backtest
  const isTrained = trainedIn(backtest)
  const marked = calls.map(({ timestamp, action, price }): TestedCall => {
    const time = Date.parse(timestamp)
    return { time, action, price, wasTrained: isTrained(time) }
  })
  return { backtest: id, checkpoint, symbol, venue, calls: marked.toSorted((a, b) => a.time - b.time) }
}

/** Tells of an instant, UTC ms, whether it lies in what the checkpoint was trained on. */
export function trainedIn({
  trained_overlap: spans,
}: Pick<BacktestDetail, 'trained_overlap'>): (time: number) => boolean {
  const ranges = spans.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))
  return (time) => ranges.some(({ from, to }) => time >= from && time < to)
}
