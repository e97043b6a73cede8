// What the held-out seconds say of a run, in the panel: the few figures that count, each beside its best floor; J shows all.
import type { AgainstInstant as Comparison, Scorecard, Validation } from '../../contract/validation.ts'
import { count as countText, plural, share } from '../state/format.ts'
import { cellOf, methodText, spreadCellOf, type Form } from '../evaluation/figure-text.ts'
import type { Cell } from '../evaluation/score-rows.ts'

const FLOOR = 'Accuracy. Floor: what always saying the most frequent class would get. n: seconds scored.'

export function ValidationFigures({ validation }: { validation: Validation }) {
  const { accuracy, majority_floor: floor, n, model } = validation
  const isBetter = accuracy !== null && floor !== null && accuracy > floor
  return (
    <dl className="figures tight" data-testid="validation">
      <dt>Validation</dt>
      <dd>
        <b className={isBetter ? 'up' : 'warn'}>{share(accuracy, 1)}</b>{' '}
        <span className="dim" title={FLOOR}>
          floor {share(floor, 1)}, n {countText(n)}
        </span>
      </dd>
      <dt>Calls</dt>
      <dd>
        {plural(validation.hits, 'hit')} · {validation.false_calls} false · {validation.missed} missed
      </dd>
      {model === undefined ? (
        <Plain validation={validation} />
      ) : (
        <Scores validation={validation} model={model} />
      )}
      <dt>Tested on</dt>
      <dd className="dim">
        {plural(validation.episodes, 'episode')}, {methodText(validation.method)}
      </dd>
      {validation.permutation != null && (
        <>
          <dt>By chance</dt>
          <dd title="Permutation test: retrained on entries placed at random">
            p {validation.permutation.p.toFixed(2)}
          </dd>
        </>
      )}
    </dl>
  )
}

/** Of runs of before there were figures with reasons. */
function Plain({ validation: { f1, false_calls_per_hour: perHour } }: { validation: Validation }) {
  return (
    <>
      <dt>F1</dt>
      <dd>
        {f1 === null ? '–' : f1.toFixed(2)}
        {perHour !== null && <span className="dim"> · {perHour.toFixed(2)} false calls an hour</span>}
      </dd>
    </>
  )
}

function Scores({ validation, model }: { validation: Validation; model: Scorecard }) {
  const { all } = model.calls
  return (
    <>
      <Line name="F1" cell={cellOf(all.f1, 'ratio')} floor={bestFloor(validation, 'ratio')} />
      <AgainstInstant comparison={validation.against_instant ?? null} />
      <Line name="False calls" cell={cellOf(all.false_calls_per_hour, 'ratio')} floor={null} unit="an hour" />
      <Line name="Delay" cell={spreadCellOf(all.delay_seconds)} floor={null} />
      <Line
        name="Expectancy"
        cell={cellOf(model.trading.expectancy_pct, 'percent')}
        floor={null}
        unit="a call, net"
      />
    </>
  )
}

const INSTANT_VERDICT: Record<Comparison['verdict'], string> = {
  better: 'better',
  worse: 'worse',
  not_distinguishable: 'not distinguishable',
  too_few: 'too few episodes to tell',
}

function AgainstInstant({ comparison }: { comparison: Comparison | null }) {
  if (comparison === null) return null
  const { verdict, words } = comparison
  return (
    <>
      <dt>Than Instant</dt>
      <dd title={words} className={verdict === 'better' ? '' : 'warn'} data-testid="against-instant">
        {INSTANT_VERDICT[verdict]}
      </dd>
    </>
  )
}

interface LineProps {
  name: string
  cell: Cell
  floor: string | null
  unit?: string
}

function Line({ name, cell, floor, unit }: LineProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd title={cell.about} className={cell.isSaid ? '' : 'unsaid'}>
        {cell.text}
        {cell.isSaid && unit !== undefined && <span className="dim"> {unit}</span>}
        {floor !== null && <span className="dim"> · {floor}</span>}
      </dd>
    </>
  )
}

/** The floor that does best by F1, by name. */
function bestFloor({ floors = [] }: Validation, form: Form): string | null {
  const scored = floors.flatMap(({ name, scores }) => {
    const { f1 } = scores.calls.all
    return f1.value === null ? [] : [{ name, f1, value: f1.value }]
  })
  const [best] = scored.toSorted((a, b) => b.value - a.value)
  return best === undefined ? null : `${best.name} ${cellOf(best.f1, form).text}`
}
