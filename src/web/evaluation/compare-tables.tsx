// Tables of compared runs: a column each.
import type {
  ComparedMetric,
  ComparedRun,
  ComparedSetting,
  DataDifference,
} from '../../contract/runs-compared.ts'
import { plural } from '../state/format.ts'
import { changeText, letterOf, metricName, metricText, settingText } from './compare-words.ts'

function Head({ title, runs }: { title: string; runs: readonly ComparedRun[] }) {
  return (
    <thead>
      <tr>
        <th className="group">{title}</th>
        {runs.map((run, place) => (
          <th key={run.id} className="num">
            <span className={`run-letter run-${place}`}>{letterOf(place)}</span>
          </th>
        ))}
      </tr>
    </thead>
  )
}

export function MetricTable({
  runs,
  metrics,
}: {
  runs: readonly ComparedRun[]
  metrics: readonly ComparedMetric[]
}) {
  const known = metrics.filter(({ values }) => values.some((value) => value !== null))
  return (
    <table className="scores-table" data-testid="compared-metrics">
      <Head title="Metrics" runs={runs} />
      <tbody>
        {known.map(({ name, values }) => (
          <tr key={name}>
            <th>{metricName(name)}</th>
            {values.map((value, place) => (
              <td key={runs[place]?.id ?? place} className="num">
                {metricText(value)}{' '}
                <span className="dim">{place === 0 ? '' : changeText(value, values[0] ?? null)}</span>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

export function ParameterTable({
  runs,
  parameters,
}: {
  runs: readonly ComparedRun[]
  parameters: readonly ComparedSetting[]
}) {
  const differing = parameters.filter(({ differs }) => differs)
  const same = parameters.filter(({ differs }) => !differs)
  return (
    <table className="scores-table" data-testid="compared-parameters">
      <Head title="Parameters" runs={runs} />
      <tbody>
        {differing.map((one) => (
          <tr key={one.name} className="differs">
            <th>{metricName(one.name)}</th>
            {one.values.map((value, place) => (
              <td
                key={runs[place]?.id ?? place}
                className="num"
                title={Array.isArray(value) ? value.join('\n') : undefined}
              >
                {settingText(value)}
              </td>
            ))}
          </tr>
        ))}
        <tr>
          <td colSpan={runs.length + 1} className="dim">
            {differing.length === 0 ? 'All the same: ' : 'The same: '}
            {same.map(({ name, values }) => `${metricName(name)} ${settingText(values[0])}`).join(', ')}
          </td>
        </tr>
      </tbody>
    </table>
  )
}

export function DataTable({
  runs,
  data,
}: {
  runs: readonly ComparedRun[]
  data: readonly (DataDifference | null)[]
}) {
  return (
    <table className="scores-table" data-testid="compared-data">
      <Head title="Data" runs={runs} />
      <tbody>
        <Counts name="test cases" runs={runs} of={(run) => run.test_cases} />
        <Counts name="HOLD examples" runs={runs} of={(run) => run.holds} />
        <tr>
          <th>against {letterOf(0)}</th>
          <td />
          {data.map((difference, index) => (
            <td
              key={runs[index + 1]?.id ?? index}
              className="num"
              title={difference === null ? '' : idsOf(difference)}
            >
              {difference === null ? 'not known' : differenceText(difference)}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  )
}

interface CountsProps {
  name: string
  runs: readonly ComparedRun[]
  of: (run: ComparedRun) => number | null
}

function Counts({ name, runs, of }: CountsProps) {
  return (
    <tr>
      <th>{name}</th>
      {runs.map((run) => (
        <td key={run.id} className="num">
          {of(run) ?? '–'}
        </td>
      ))}
    </tr>
  )
}

function differenceText({ added, removed, changed, same }: DataDifference): string {
  const parts = [
    added.length === 0 ? '' : `${added.length} more`,
    removed.length === 0 ? '' : `${removed.length} fewer`,
    changed.length === 0 ? '' : `${changed.length} changed`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? `the same ${plural(same, 'case')}` : `${parts.join(', ')}, ${same} the same`
}

function idsOf({ added, removed, changed }: DataDifference): string {
  const line = (name: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : [`${name}: ${ids.join(', ')}`]
  return [...line('more', added), ...line('fewer', removed), ...line('changed', changed)].join('\n')
}
