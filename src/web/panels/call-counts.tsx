// Live calls of the checkpoint that is shown, counted by what the trader chooses; by confidence with the live reliability diagram.
import { useState } from 'react'
import type { CallCount, CallCountsBy, CallCountsOut } from '../../contract/call-counts.ts'
import type { SessionOut } from '../../contract/inference.ts'
import { endedOf, useCallCounts } from '../actions/call-counts.ts'
import { ReliabilityPlot, type PlotBin } from '../evaluation/reliability.tsx'
import { plural, share } from '../state/format.ts'
import { useLook } from '../state/look.ts'
import { zoneShort } from '../state/zone.ts'

const CHOICES: readonly CallCountsBy[] = ['confidence', 'band', 'hour', 'pattern', 'market']
const FEWEST = 5

/** `session`: the one that is shown. Nothing before a call ended. */
export function CallCounts({ session }: { session: SessionOut | null }) {
  const [by, choose] = useState<CallCountsBy>('confidence')
  const sure = useCallCounts(session, 'confidence')
  const others = useCallCounts(by === 'confidence' ? null : session, by)
  const counts = by === 'confidence' ? sure : others
  const zone = useLook(() => zoneShort())
  if (session === null || sure === null || endedOf(sure.all) === 0) return null
  return (
    <details className="call-counts" data-testid="call-counts">
      <summary>
        {session.model} {session.checkpoint} live: {wordsOf(sure.all)}
      </summary>
      <label className="field">
        <span>Counted by</span>
        <select value={by} onChange={(event) => choose(event.target.value as CallCountsBy)}>
          {CHOICES.map((name) => (
            <option key={name} value={name}>
              {name === 'hour' ? `hour, ${zone}` : name}
            </option>
          ))}
        </select>
      </label>
      {by === 'confidence' && <LiveReliability counts={sure} />}
      <table className="small-text">
        <tbody>
          {counts?.counts.map((count) => (
            <tr key={count.name}>
              <th scope="row">{count.name.replaceAll('_', ' ')}</th>
              <td>{wordsOf(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

/** Confidence that was said against the share that was right: calibrated calls lie on the diagonal. */
function LiveReliability({ counts: { counts, all } }: { counts: CallCountsOut }) {
  const bins = counts.flatMap(binOf)
  const said = bins.filter(({ hit_share: right }) => right !== null)
  if (said.length === 0)
    return (
      <p className="dim small-text" data-testid="live-reliability">
        Live reliability: too few, no tenth of confidence has {FEWEST} calls that ended.
      </p>
    )
  return (
    <figure className="reliability" data-testid="live-reliability">
      <ReliabilityPlot
        bins={bins}
        label={`Share right by confidence of ${endedOf(all)} live calls: ${said.map(({ words }) => words).join('; ')}`}
        axis="confidence of the call"
        name="live-reliability"
      />
      <figcaption>
        <b>Live reliability</b> of {plural(endedOf(all), 'call')} that ended; a tenth with fewer than {FEWEST}{' '}
        is too few to show
      </figcaption>
    </figure>
  )
}

function binOf(count: CallCount): (PlotBin & { words: string })[] {
  const [from, to] = count.name.split('-').map(Number)
  if (from === undefined || to === undefined || Number.isNaN(from)) return []
  const { mean_confidence: mean, right_share: right, right_interval: interval } = count
  return [
    {
      from: from / 100,
      to: to / 100,
      n: endedOf(count),
      mean_score: mean === null ? null : mean / 100,
      hit_share: right,
      interval,
      words: `Confidence ${count.name} %: ${wordsOf(count)}`,
    },
  ]
}

/** `12 right of 20, 60 % (39 % to 78 %)`, or that they are too few. */
export function wordsOf(count: CallCount): string {
  const { right, right_share: part, right_interval: interval } = count
  const counted = `${right} right of ${endedOf(count)}`
  if (part === null || interval === null) return `${counted}, too few to say`
  return `${counted}, ${share(part)} (${share(interval[0])} to ${share(interval[1])})`
}
