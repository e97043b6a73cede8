// What the chart frames show besides the candles: the pointer, load states; kept apart from the page's state for speed.
import { createStore, useSelected } from '../state/store.ts'
import type { Timeframe } from '../state/timeframes.ts'

export interface ChartState {
  /** The instant the pointer is over, UTC ms. */
  readonly pointer: number | null
  /** The chart that it is over. */
  readonly pointed: Timeframe | null
  /** Counts changes of each chart's candles. */
  readonly versions: Readonly<Record<Timeframe, number>>
  readonly errors: Readonly<Record<Timeframe, string | null>>
}

export const chartStore = createStore<ChartState>({
  pointer: null,
  pointed: null,
  versions: { '1d': 0, '1h': 0, '1m': 0, '1s': 0 },
  errors: { '1d': null, '1h': null, '1m': null, '1s': null },
})

export function useCharts<T>(select: (state: ChartState) => T): T {
  return useSelected(chartStore, select)
}

/** Notes that a chart's candles changed, or why they could not be read. */
export function noteChange(timeframe: Timeframe, error: string | null | undefined): void {
  const { versions, errors } = chartStore.get()
  chartStore.set({
    versions: { ...versions, [timeframe]: versions[timeframe] + 1 },
    ...(error === undefined ? {} : { errors: { ...errors, [timeframe]: error } }),
  })
}
