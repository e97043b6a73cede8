// What a chart says while it has nothing to draw, and when reading failed.
import { useApp } from '../state/app-state.ts'
import type { Timeframe } from '../state/timeframes.ts'
import { HistoryNote, useShownOffer } from '../history/history-note.tsx'
import { board } from '../charts/board.ts'
import { cursorWords } from './cursor-words.ts'
import { useCharts } from '../charts/chart-state.ts'

export function ChartNote({ timeframe }: { timeframe: Timeframe }) {
  useCharts((state) => state.versions[timeframe])
  const offer = useShownOffer(timeframe)
  const error = useCharts((state) => state.errors[timeframe])
  const loading = useApp((state) => state.loading)
  const market = useApp((state) => state.market)
  const cursor = useApp((state) => (state.cursor.follows ? null : state.cursor.time))
  const { name, base } = useApp((state) => state.intervals[timeframe])
  const isEmpty = (board.pane(timeframe)?.window.size ?? 0) === 0
  if (offer !== null) return <HistoryNote timeframe={timeframe} offer={offer} />
  if (error !== null)
    return (
      <p className={isEmpty ? 'chart-note bad' : 'chart-note bad foot'} role="alert">
        {error}
      </p>
    )
  if (!isEmpty) {
    const words = cursor === null ? null : cursorWords(name, board.holdingAt(timeframe, cursor))
    return words === null ? null : <p className="chart-note foot">{words}</p>
  }
  if (loading === '') return <p className="chart-note">Reading candles …</p>
  if (loading !== null) return <p className="chart-note">Waiting for the server …</p>
  return (
    <p className="chart-note">
      No {base} candles are stored. Import some:
      <code>
        npx annotate import {base === '1s' ? 'trades FILE' : `candles FILE --timeframe ${base}`} --symbol{' '}
        {market?.symbol ?? 'ETH/USDT'}
        {market !== null && ` --venue ${market.venue}`}
      </code>
    </p>
  )
}
