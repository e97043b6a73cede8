// What the data set consists of: the balance of its labels, and counts as bars, LONG and SHORT apart.
import type { ReactNode } from 'react'
import type { DataSetHealth, HealthCount } from '../../contract/data-set-health.ts'
import { palette } from '../charts/palette.ts'
import { barsSvg, type CountedBar } from '../pictures/bars-svg.ts'
import { Plot } from '../pictures/plot.tsx'
import { count, share } from '../state/format.ts'
import { zoneShort } from '../state/zone.ts'

/** Bars of tags and markets; what is rarer is summed up. */
const MOST_BARS = 8

export function Composition({ health }: { health: DataSetHealth }) {
  const { balance, counts, timezone } = health
  return (
    <aside className="composition" aria-label="What it consists of" tabIndex={0}>
      <Balance balance={balance} />
      <Bars title="Tags" counts={cut(counts.tag)} none="no tag" />
      {counts.market.length > 1 && <Bars title="Markets" counts={cut(counts.market)} none="–" />}
      <Hours counts={counts.hour} zone={zoneShort(timezone)} />
      <Bars title="Volatility before the entry" counts={counts.volatility} none="not known" />
      <Bars title="Result" counts={counts.result} none="–" />
    </aside>
  )
}

function Balance({ balance }: { balance: DataSetHealth['balance'] }) {
  const { long, short, rejected_holds: holds, reviewed_hours: hours } = balance
  const all = long + short
  return (
    <section className="balance">
      <Plot
        name="data-set-balance"
        header={['label', 'count']}
        rows={[
          ['LONG', long],
          ['SHORT', short],
          ['HOLD, rejected', holds],
          ['hours reviewed', hours],
        ]}
        draw={() => barsSvg('Balance of the labels', balanceBars(balance), palette())}
      >
        <div className="balance-bar" aria-hidden>
          <span className="long" style={{ flexGrow: long }} />
          <span className="short" style={{ flexGrow: short }} />
        </div>
        <p>
          <span className="up">▲ {count(long)} LONG</span> <span className="dim">{share(long / all)}</span>
          <span className="top-space" />
          <span className="dim">{share(short / all)}</span>{' '}
          <span className="down">▼ {count(short)} SHORT</span>
        </p>
        <p className="dim small-text">
          HOLD: {count(holds)} rejected, and what no mark speaks of in {hours.toFixed(1)} h reviewed
        </p>
      </Plot>
    </section>
  )
}

function balanceBars({ long, short }: DataSetHealth['balance']): readonly CountedBar[] {
  return [
    { name: 'LONG', long, short: 0 },
    { name: 'SHORT', long: 0, short },
  ]
}

function cut(counts: readonly HealthCount[]): readonly HealthCount[] {
  if (counts.length <= MOST_BARS) return counts
  const rest = counts.slice(MOST_BARS - 1)
  const sum = (side: 'long' | 'short') => rest.reduce((total, one) => total + one[side], 0)
  const others = { value: `${rest.length} others`, long: sum('long'), short: sum('short') }
  return [...counts.slice(0, MOST_BARS - 1), others]
}

interface CountPlotProps {
  readonly title: string
  readonly counts: readonly HealthCount[]
  /** What those without a value are called. */
  readonly none?: string
  readonly children: ReactNode
}

/** What can be saved of counts: bars as a picture, as many as there are as numbers. */
function CountPlot({ title, counts, none = '–', children }: CountPlotProps) {
  const bars = counts.map(({ value, long, short }) => ({ name: value ?? none, long, short }))
  return (
    <Plot
      name={`data-set-${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`}
      header={['value', 'long', 'short']}
      rows={bars.map(({ name, long, short }) => [name, long, short])}
      draw={() => barsSvg(title, bars, palette())}
    >
      {children}
    </Plot>
  )
}

interface BarsProps {
  readonly title: string
  readonly counts: readonly HealthCount[]
  /** What those without a value are called. */
  readonly none: string
}

function Bars({ title, counts, none }: BarsProps) {
  const most = Math.max(1, ...counts.map(({ long, short }) => long + short))
  return (
    <section>
      <h3>{title}</h3>
      <CountPlot title={title} counts={counts} none={none}>
        <table className="bars">
          <tbody>
            {counts.map(({ value, long, short }) => (
              <tr key={value ?? ''} title={`${long} LONG, ${short} SHORT`}>
                <th scope="row" className={value === null ? 'dim' : ''}>
                  {value ?? none}
                </th>
                <td className="bar-cell">
                  <Bar long={long} short={short} most={most} />
                </td>
                <td className="num">{count(long + short)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </CountPlot>
    </section>
  )
}

function Bar({ long, short, most }: { long: number; short: number; most: number }) {
  const width = (part: number) => ({ width: `${(100 * part) / most}%` })
  return (
    <span className="bar" aria-hidden>
      <span className="long" style={width(long)} />
      <span className="short" style={width(short)} />
    </span>
  )
}

function Hours({ counts, zone }: { counts: readonly HealthCount[]; zone: string }) {
  const most = Math.max(1, ...counts.map(({ long, short }) => long + short))
  const height = (part: number) => ({ height: `${(100 * part) / most}%` })
  return (
    <section>
      <h3>
        Hour of the entry, {zone} <span className="dim">at most {most}</span>
      </h3>
      <CountPlot title={`Hour of the entry, ${zone}`} counts={counts}>
        <ol className="hours">
          {counts.map(({ value, long, short }) => (
            <li key={value} title={`${value}:00 – ${value}:59: ${long} LONG, ${short} SHORT`}>
              <span className="hour-bar">
                <span className="short" style={height(short)} />
                <span className="long" style={height(long)} />
              </span>
              <span className="hour-name">{Number(value) % 6 === 0 ? value : ''}</span>
              <span className="unseen">
                {value}: {long + short}
              </span>
            </li>
          ))}
        </ol>
      </CountPlot>
    </section>
  )
}
