// A checkpoint against another: paired on what both held out, what each learnt from, what each was trained with; and letting it go live.
import { useRef, useState } from 'react'
import type { CheckpointsCompared } from '../../contract/checkpoints-compared.ts'
import type { GateFigures, GateReport } from '../../contract/promotions.ts'
import type { CheckpointOut, ModelOut } from '../../contract/training.ts'
import { metricName, settingText } from '../evaluation/compare-words.ts'
import { plural } from '../state/format.ts'
import { useSelected } from '../state/store.ts'
import { promote } from './change-models.ts'
import { holdAgainst, modelView } from './model-view.ts'
import { signed, VERDICTS } from './model-words.ts'

interface ComparisonProps {
  model: ModelOut
  checkpoint: CheckpointOut
  against: CheckpointOut | undefined
}

export function Comparison({ model, checkpoint, against }: ComparisonProps) {
  const compared = useSelected(modelView, (view) => view.compared)
  const others = model.checkpoints.filter((one) => one !== checkpoint && one.broken === null).toReversed()
  if (others.length === 0)
    return (
      <>
        <p className="dim small-text">It is the only one of its model.</p>
        <Promote model={model.id} checkpoint={checkpoint} />
      </>
    )
  return (
    <>
      <div className="detail-head">
        <h3>Held against</h3>
        <select
          className="against"
          aria-label="Held against"
          value={against?.version ?? ''}
          onChange={(event) => holdAgainst(event.target.value)}
        >
          {against === undefined && <option value="">choose another</option>}
          {others.map(({ version, aliases }) => (
            <option key={version} value={version}>
              {[version, ...aliases].join(' ')}
            </option>
          ))}
        </select>
      </div>
      {against !== undefined && typeof compared === 'string' && <p className="bad-line">{compared}</p>}
      {against !== undefined && compared !== null && typeof compared !== 'string' && (
        <Compared compared={compared} />
      )}
      <Promote model={model.id} checkpoint={checkpoint} />
    </>
  )
}

function Compared({ compared: { report, words, data, parameters } }: { compared: CheckpointsCompared }) {
  const { added, removed, changed, same } = data
  const differing = parameters.filter(({ differs }) => differs)
  return (
    <div className="compared" data-testid="compared">
      <div>
        <p>
          <b className={`verdict ${report.verdict}`}>{VERDICTS[report.verdict]}</b>{' '}
          <span className="dim">{words.charAt(0).toUpperCase() + words.slice(1)}</span>
        </p>
        {report.episodes > 0 && <Paired report={report} />}
      </div>
      <dl className="figures tight wide-names">
        <dt>Test cases</dt>
        <dd title={[...added, ...removed, ...changed].slice(0, 20).join('\n')}>
          {added.length} more, {removed.length} fewer, {changed.length} changed, {same} the same
        </dd>
        {differing.map(({ name, values }) => (
          <div key={name} className="figures-pair">
            <dt>{metricName(name)}</dt>
            <dd>
              {settingText(values[0])} <span className="dim">against {settingText(values[1])}</span>
            </dd>
          </div>
        ))}
        {differing.length === 0 && (
          <>
            <dt>Parameters</dt>
            <dd>all the same</dd>
          </>
        )}
      </dl>
    </div>
  )
}

const FIGURES: readonly (readonly [name: string, of: (figures: GateFigures) => string])[] = [
  ['F1', ({ f1 }) => f1?.toFixed(2) ?? '–'],
  ['hits', ({ hits, annotations }) => `${hits} of ${annotations}`],
  ['false calls', ({ false_calls: count }) => String(count)],
]

function Paired({ report }: { report: GateReport }) {
  const { candidate, promoted, difference, interval, episodes } = report
  return (
    <table className="scores-table paired">
      <thead>
        <tr>
          <th>{plural(episodes, 'shared episode')}</th>
          <th className="num">{candidate.checkpoint}</th>
          <th className="num">{promoted.checkpoint}</th>
        </tr>
      </thead>
      <tbody>
        {FIGURES.map(([name, of]) => (
          <tr key={name}>
            <th>{name}</th>
            <td className="num own">{of(candidate)}</td>
            <td className="num">{of(promoted)}</td>
          </tr>
        ))}
        {difference !== null && (
          <tr>
            <th>difference of F1</th>
            <td className="num own">{signed(difference)}</td>
            <td className="num dim">
              {interval === null
                ? 'too few for an interval'
                : `${signed(interval[0])} to ${signed(interval[1])}, 95 %`}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

/** The server's gate decides; what it refuses goes live with a reason, which the history keeps. */
function Promote({ model, checkpoint }: { model: string; checkpoint: CheckpointOut }) {
  const { version } = checkpoint
  const [reason, write] = useState('')
  const [chosen, choose] = useState('')
  const [refused, tell] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const open = openTo(checkpoint)
  const pattern = open.includes(chosen) ? chosen : open[0]
  if (pattern === undefined) return null
  const ask = async () => {
    const words = await promote(model, { checkpoint: version, reason, pattern })
    tell(words)
    if (words === null) write('')
    else field.current?.focus()
  }
  return (
    <form
      className="promote"
      onSubmit={(event) => {
        event.preventDefault()
        void ask()
      }}
    >
      <input
        ref={field}
        aria-label="Reason"
        placeholder="Why it goes live, where it is not known to be better"
        value={reason}
        maxLength={2000}
        onChange={(event) => write(event.target.value)}
      />
      {checkpoint.pattern !== null && (
        <select aria-label="Goes live for" value={pattern} onChange={(event) => choose(event.target.value)}>
          {open.map((one) => (
            <option key={one} value={one}>
              {one === '' ? 'the model as a whole' : `${one} alone`}
            </option>
          ))}
        </select>
      )}
      <button className="primary small" type="submit">
        Promote {version}
      </button>
      {refused !== null && (
        <p className="warn-line" role="alert" data-testid="refused">
          {refused}
        </p>
      )}
    </form>
  )
}

/** What it may be promoted for: '' the model as a whole, and its own pattern, first where it is the challenger of that; not what it is promoted for already. */
function openTo({ promoted, pattern, pattern_aliases: aliases }: CheckpointOut): string[] {
  const own = pattern === null || aliases.includes('champion') ? [] : [pattern]
  if (promoted) return own
  return aliases.includes('challenger') ? [...own, ''] : ['', ...own]
}
