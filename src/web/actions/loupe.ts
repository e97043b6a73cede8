// While marks are drawn the 1s chart is the loupe of the minute chart: where the pointer rests on a minute, its seconds come into view.
import { board } from '../charts/board.ts'
import { attempt, store } from '../state/app-state.ts'
import { draws } from '../state/drawing.ts'
import { MINUTE, type Timeframe } from '../state/timeframes.ts'

/** The pointer rests that long, ms: one that passes over moves nothing. */
const REST = 150

let timer: ReturnType<typeof setTimeout> | undefined
let minute: number | null = null

/** The pointer is at a candle that opened at `time`, UTC ms, of a chart, or left them. Charts that move alone are left alone. */
export function lookUnder(at: { timeframe: Timeframe; time: number; row: unknown } | null): void {
  const { linked, maximised, held } = store.get()
  const isMeant = at !== null && at.timeframe === '1m' && at.row !== null
  const isFree = linked && maximised === null && held === null && draws(store.get())
  const time = isMeant && isFree ? at.time : null
  if (time === minute) return
  minute = time
  clearTimeout(timer)
  if (time === null) return
  timer = setTimeout(() => void attempt(() => board.centre('1s', { from: time, to: time + MINUTE })), REST)
}
