// The line at the top of a chart: timeframe, and the candle under the pointer or the cursor.
import { chooseFourth, chooseThird } from '../actions/look-commands.ts'
import { CommandButton } from '../controls/command-button.tsx'
import { changeText, dateTime, utcDate, price, volumeText } from '../state/format.ts'
import { savePicture } from '../pictures/commands.ts'
import { store, useApp } from '../state/app-state.ts'
import { isFreePlace } from '../state/interval.ts'
import { DAY, type Timeframe } from '../state/timeframes.ts'
import { board } from '../charts/board.ts'
import { useCharts } from '../charts/chart-state.ts'

export function ChartLegend({ timeframe }: { timeframe: Timeframe }) {
  const pointer = useCharts((state) => state.pointer)
  useCharts((state) => state.versions[timeframe])
  const { name, step } = useApp((state) => state.intervals[timeframe])
  const digits = useApp((state) => state.digits)
  const asOf = useApp((state) => state.cursor.time)
  const pane = board.pane(timeframe)
  const instant = pointer ?? (asOf === null ? null : asOf - 1)
  const row = instant === null ? null : (pane?.seenAt(instant) ?? null)
  return (
    <div className="legend">
      <FrameName timeframe={timeframe} name={name} />
      <CommandButton
        command={savePicture}
        className="legend-save"
        title="Save this chart"
        label={`Save the ${name} chart`}
        opensDialog
        before={() => store.set({ focused: timeframe })}
      >
        ↓
      </CommandButton>
      {row !== null && (
        <>
          <span className="legend-time">{step % DAY === 0 ? utcDate(row[0]) : dateTime(row[0])}</span>
          <Value name="O" value={price(row[1], digits)} spare="first" />
          <Value name="H" value={price(row[2], digits)} spare="second" />
          <Value name="L" value={price(row[3], digits)} spare="second" />
          <Value name="C" value={price(row[4], digits)} />
          <span className={row[4] >= row[1] ? 'up' : 'down'}>{changeText(row[1], row[4])}</span>
          <Value name="V" value={volumeText(row[5])} />
        </>
      )}
    </div>
  )
}

/** Which candles these are; of the charts that can show others, a button to choose. */
function FrameName({ timeframe, name }: { timeframe: Timeframe; name: string }) {
  if (!isFreePlace(timeframe)) return <span className="legend-frame">{name}</span>
  const command = timeframe === '1h' ? chooseThird : chooseFourth
  return (
    <CommandButton
      command={command}
      className="legend-frame"
      title="Another timeframe on this chart"
      opensDialog
    >
      {name}
    </CommandButton>
  )
}

/** `spare`: left out where the chart is too narrow for all, which one first. */
function Value({
  name,
  value,
  spare = '',
}: {
  name: string
  value: string
  spare?: 'first' | 'second' | ''
}) {
  return (
    <span className="legend-value" data-spare={spare || undefined}>
      <i>{name}</i>
      {value}
    </span>
  )
}
