// The four charts: the day and the hour small on top for context, the minute and the second wide below, where marks are made.
import { useEffect, useRef } from 'react'
import { useApp, store } from '../state/app-state.ts'
import { focusRef } from '../state/focus.ts'
import { TIMEFRAMES, type Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { ChartHint } from './chart-hint.tsx'
import { ChartLegend } from './chart-legend.tsx'
import { ChartNote } from './chart-note.tsx'

const NAMES: Record<Timeframe, string> = { '1d': '1 day', '1h': '1 hour', '1m': '1 minute', '1s': '1 second' }

export function ChartGrid() {
  const maximised = useApp((state) => state.maximised)
  return (
    <div className="charts" data-maximised={maximised ?? undefined}>
      {TIMEFRAMES.map((timeframe) => (
        <ChartFrame
          key={timeframe}
          timeframe={timeframe}
          isShown={maximised === null || maximised === timeframe}
        />
      ))}
    </div>
  )
}

function ChartFrame({ timeframe, isShown }: { timeframe: Timeframe; isShown: boolean }) {
  const container = useRef<HTMLDivElement>(null)
  const isFocused = useApp((state) => state.focused === timeframe)
  useEffect(
    () => (container.current === null ? undefined : board.mount(container.current, timeframe)),
    [timeframe],
  )
  return (
    <section
      id={`chart-${timeframe}`}
      ref={focusRef(`chart-${timeframe}`)}
      className="chart"
      data-timeframe={timeframe}
      data-focused={isFocused || undefined}
      hidden={!isShown}
      tabIndex={0}
      aria-label={`${NAMES[timeframe]} candles. Arrow keys move the cursor, A places a point, ? lists all keys.`}
      onFocus={() => store.set({ focused: timeframe })}
    >
      <div className="chart-canvas" ref={container} />
      <ChartLegend timeframe={timeframe} />
      <ChartHint timeframe={timeframe} />
      <ChartNote timeframe={timeframe} />
    </section>
  )
}
