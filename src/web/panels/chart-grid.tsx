// The four charts: the day and the hour small on top for context, the minute and the second wide below, where marks are made.
import { useEffect, useRef } from 'react'
import { useApp, store } from '../state/app-state.ts'
import { draws } from '../state/drawing.ts'
import { focusRef } from '../state/focus.ts'
import { TIMEFRAMES, type Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { ChartHint } from './chart-hint.tsx'
import { ChartLegend } from './chart-legend.tsx'
import { ChartNote } from './chart-note.tsx'

const NAMES: Record<Timeframe, string> = { '1d': '1 day', '1h': '1 hour', '1m': '1 minute', '1s': '1 second' }

export function ChartGrid() {
  const maximised = useApp((state) => state.maximised)
  const { kind, large } = useApp((state) => state.layout)
  const isDrawing = useApp(draws)
  return (
    <div
      className="charts"
      data-maximised={maximised ?? undefined}
      data-layout={kind}
      data-drawing={isDrawing || undefined}
    >
      {TIMEFRAMES.map((timeframe) => (
        <ChartFrame
          key={timeframe}
          timeframe={timeframe}
          isLarge={kind === '1+3' && large === timeframe}
          isShown={maximised === null || maximised === timeframe}
        />
      ))}
    </div>
  )
}

interface FrameProps {
  timeframe: Timeframe
  isShown: boolean
  /** It is the large one of 1+3. */
  isLarge: boolean
}

function ChartFrame({ timeframe, isShown, isLarge }: FrameProps) {
  const container = useRef<HTMLDivElement>(null)
  const interval = useApp((state) => state.intervals[timeframe])
  const isFocused = useApp((state) => state.focused === timeframe)
  useEffect(
    () => (container.current === null ? undefined : board.mount(container.current, timeframe, interval)),
    [timeframe, interval],
  )
  return (
    <section
      id={`chart-${timeframe}`}
      ref={focusRef(`chart-${timeframe}`)}
      className="chart"
      data-timeframe={timeframe}
      data-focused={isFocused || undefined}
      data-large={isLarge || undefined}
      hidden={!isShown}
      tabIndex={0}
      aria-label={`${interval.name === timeframe ? NAMES[timeframe] : interval.name} candles. Arrow keys move the cursor, A places a point, ? lists all keys.`}
      onFocus={() => store.set({ focused: timeframe })}
    >
      <div className="chart-canvas" ref={container} />
      <ChartLegend timeframe={timeframe} />
      <ChartHint timeframe={timeframe} />
      <ChartNote timeframe={timeframe} />
    </section>
  )
}
