// What the held-out seconds say of a run, in the panel: the few figures that count, each beside its best floor; J shows all.
import { accuracyStanding, foundWords, simpleRuleWords, type Standing } from '../../contract/plain-result.ts'
import type { AgainstInstant as Comparison, Scorecard, Validation } from '../../contract/validation.ts'
import { count as countText, plural, share } from '../state/format.ts'
import { cellOf, methodText, spreadCellOf, type Form } from '../evaluation/figure-text.ts'
import type { Cell } from '../evaluation/score-rows.ts'

const FLOOR =
  'Share of the held-out seconds of entries and HOLDs that were classified right. Floor: what always saying the most frequent class would get. n: seconds scored.'
const STANDING: Record<Standing, { tone: string; words: string }> = {
  beyond: { tone: 'up', words: 'beyond what the floor could reach by chance' },
  below: { tone: 'warn', words: 'below what the floor could reach by chance' },
  'not distinguishable': { tone: '', words: 'not to be told from the floor, with so few episodes' },
}

export function ValidationFigures({ validation }: { validation: Validation }) {
  const { accuracy, majority_floor: floor, n, model } = validation
  const standing = STANDING[accuracyStanding(validation)]
  const rule = simpleRuleWords(validation)
  return (
    <>
      <p className="plain-result" data-testid="plain-result">
        <b>{foundWords(validation)}</b>
        {rule !== null && <span className="dim">; {rule}</span>}
      </p>
      <dl className="figures tight" data-testid="validation">
        {model === undefined ? (
          <Plain validation={validation} />
        ) : (
          <Scores validation={validation} model={model} />
        )}
        <dt title={FLOOR}>Accuracy</dt>
        <dd>
          <b className={standing.tone} title={standing.words}>
            {share(accuracy, 1)}
          </b>{' '}
          <span className="dim" title={FLOOR}>
            floor {share(floor, 1)}, n {countText(n)}
          </span>
        </dd>
        <dt title="What the model was asked about was kept from it while it learnt">Tested on</dt>
        <dd className="dim">
          {plural(validation.episodes, 'episode')}, {methodText(validation.method)}
        </dd>
        {validation.permutation != null && (
          <>
            <dt title={PERMUTATION}>By chance</dt>
            <dd title={PERMUTATION}>p {validation.permutation.p.toFixed(2)}</dd>
          </>
        )}
      </dl>
    </>
  )
}

const PERMUTATION =
  'Permutation test: retrained on entries placed at random; p is the share of those that do as well, so small is good'

/** Of runs of before there were figures with reasons. */
function Plain({ validation: { f1, false_calls_per_hour: perHour } }: { validation: Validation }) {
  return (
    <>
      <dt title="Harmonic mean of precision and recall">F1</dt>
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
      <Line
        name="F1"
        about="Harmonic mean of precision (calls that were right) and recall (annotations that were called); beside it the floor that does best"
        cell={cellOf(all.f1, 'ratio')}
        floor={bestFloor(validation, 'ratio')}
      />
      <AgainstInstant comparison={validation.against_instant ?? null} />
      <Line
        name="False calls"
        about="Calls that matched no annotation, for each hour reviewed"
        cell={cellOf(all.false_calls_per_hour, 'ratio')}
        unit="an hour"
      />
      <Line
        name="Delay"
        about="Seconds from the annotated entry to the call, median; negative where the call came first"
        cell={spreadCellOf(all.delay_seconds)}
      />
      <Line
        name="Expectancy"
        about="Mean profit or loss of a call, left after the median holding time of the annotations, after fees"
        cell={cellOf(model.trading.expectancy_pct, 'percent')}
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
      <dt title="F1 of both on the same held-out episodes, in pairs">Than Instant</dt>
      <dd title={words} className={verdict === 'better' ? '' : 'warn'} data-testid="against-instant">
        {INSTANT_VERDICT[verdict]}
      </dd>
    </>
  )
}

interface LineProps {
  name: string
  about: string
  cell: Cell
  floor?: string | null
  unit?: string
}

function Line({ name, about, cell, floor = null, unit }: LineProps) {
  return (
    <>
      <dt title={about}>{name}</dt>
      <dd title={cell.about} className={cell.isSaid ? '' : 'unsaid'}>
        {cell.text}
        {cell.isSaid && unit !== undefined && <span className="dim"> {unit}</span>}
        {floor !== null && <span className="dim"> · {floor}</span>}
      </dd>
    </>
  )
}

/** The floor that does best by F1, by name; null where none matched an annotation. */
function bestFloor({ floors = [] }: Validation, form: Form): string | null {
  const scored = floors.flatMap(({ name, scores }) => {
    const { f1 } = scores.calls.all
    return f1.value === null || f1.value === 0 ? [] : [{ name, f1, value: f1.value }]
  })
  const [best] = scored.toSorted((a, b) => b.value - a.value)
  return best === undefined ? null : `${best.name} ${cellOf(best.f1, form).text}`
}
