// What came of the calls after a promotion, by what was written down before them: too few, enough, or a broken record.
import type { ForwardFigures, ForwardOut, ForwardOpponent } from '../../contract/forward.ts'
import { dateTime } from '../state/format.ts'
import { useSelected } from '../state/store.ts'
import { modelView } from './model-view.ts'
import { VERDICTS } from './model-words.ts'

/** Nothing where the checkpoint was never promoted. */
export function Forward() {
  const forward = useSelected(modelView, (view) => view.forward)
  if (typeof forward === 'string') return <p className="bad-line">{forward}</p>
  if (forward === null || forward.state === 'none') return null
  return (
    <section className="forward" aria-label="Forward record" data-testid="forward">
      <div className="detail-head">
        <h3>Forward record</h3>
        <span className="dim small-text" title={aboutOf(forward)}>
          {stretchOf(forward)}
        </span>
      </div>
      <p className={forward.state === 'broken' ? 'bad-line' : 'small-text'}>{forward.words}</p>
      {forward.figures !== null && <Figures figures={forward.figures} />}
    </section>
  )
}

function Figures({ figures: { net, opponents } }: { figures: ForwardFigures }) {
  return (
    <table className="figures-table">
      <thead>
        <tr>
          <td />
          <th>trades</th>
          <th>net % each</th>
          <th>calls less it, 95 %</th>
          <td />
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Calls</th>
          <td>{net.trades}</td>
          <td>
            {net.mean_pct.toFixed(3)} ({spanText(net.interval)})
          </td>
          <td />
          <td />
        </tr>
        {opponents.map((each) => (
          <Opponent key={each.id} opponent={each} />
        ))}
      </tbody>
    </table>
  )
}

function Opponent({ opponent }: { opponent: ForwardOpponent }) {
  const { name, trades, mean_pct: mean, interval, verdict } = opponent
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{trades}</td>
      <td>{mean?.toFixed(3) ?? '–'}</td>
      <td>{interval === null ? '–' : spanText(interval)}</td>
      <td className={`verdict ${verdict}`}>{VERDICTS[verdict]}</td>
    </tr>
  )
}

function spanText([low, high]: readonly [number, number]): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`
}

function stretchOf({ began_at: from, ended_at: to }: ForwardOut): string {
  const text = (instant: string | null, none: string) =>
    instant === null ? none : dateTime(Date.parse(instant))
  return `${text(from, 'unknown')} – ${text(to, 'now')}`
}

function aboutOf({ terms, entries, head }: ForwardOut): string {
  if (terms === null) return ''
  return `Written down with the promotion: ${terms.calls_needed} calls on ${terms.days_needed} days, fees ${terms.fee_pct_per_side} % a side. ${entries} entries, each with the hash of the one before; the last is ${head ?? 'unknown'}.`
}
