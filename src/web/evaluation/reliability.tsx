// The reliability diagram: of calls scored like this, how many matched an annotation, with intervals; the diagonal is perfect.
import type { Reliability } from '../../contract/validation.ts'
import { Plot } from '../pictures/plot.tsx'
import { plural } from '../state/format.ts'
import { cellOf, intervalText } from './figure-text.ts'

const SIZE = 220
/** Room for the axes, left and below. */
const PAD = 28
/** The largest dot, pixels. */
const DOT = 6

const METHODS = {
  none: 'confidence is not calibrated yet',
  logistic: 'confidence by a two-parameter logistic',
  isotonic: 'confidence by isotonic regression',
} as const

export function ReliabilityDiagram({ reliability }: { reliability: Reliability }) {
  const { bins, n } = reliability
  const ece = cellOf(reliability.ece, 'number')
  const brier = cellOf(reliability.brier, 'number')
  return (
    <figure className="reliability" data-testid="reliability">
      <ReliabilityPlot bins={bins} label={wordsOf(reliability)} axis="score of the call" name="reliability" />
      <figcaption>
        <b>Reliability</b> of {plural(n, 'out-of-fold call')}: {METHODS[reliability.method]}
        <dl className="figures tight">
          <dt title="|mean score − hit share| over ten bins, weighted by their calls">ECE</dt>
          <dd title={ece.about} className={ece.isSaid ? '' : 'dim'}>
            {ece.text}
          </dd>
          <dt title="(score − outcome)², mean over calls">Brier</dt>
          <dd title={brier.about} className={brier.isSaid ? '' : 'dim'}>
            {brier.text}
          </dd>
        </dl>
      </figcaption>
    </figure>
  )
}

export interface PlotBin extends Pick<
  Reliability['bins'][number],
  'from' | 'to' | 'n' | 'mean_score' | 'hit_share' | 'interval'
> {
  /** What the dot says. */
  readonly words?: string
}

interface ReliabilityPlotProps {
  readonly bins: readonly PlotBin[]
  readonly label: string
  readonly axis: string
  /** Of the files it is saved as. */
  readonly name: string
}

const COLUMNS = ['from', 'to', 'calls', 'mean', 'right_share', 'low_95', 'high_95']

function cellsOf({ from, to, n, mean_score: mean, hit_share: share, interval }: PlotBin) {
  return [from, to, n, mean, share, ...(interval ?? [null, null])]
}

/** The dots with their intervals over the diagonal; nothing where no bin has a call. */
export function ReliabilityPlot({ bins, label, axis, name }: ReliabilityPlotProps) {
  const filled = bins.filter((bin) => bin.n > 0)
  const most = Math.max(...filled.map((bin) => bin.n), 1)
  if (filled.length === 0) return null
  return (
    <Plot name={name} header={COLUMNS} rows={bins.map(cellsOf)}>
      <svg viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={label}>
        <Axes axis={axis} />
        {filled.map((bin) => (
          <Bin key={bin.from} bin={bin} radius={2 + (DOT - 2) * Math.sqrt(bin.n / most)} />
        ))}
      </svg>
    </Plot>
  )
}

const x = (share: number) => PAD + share * (SIZE - PAD - 6)
const y = (share: number) => SIZE - PAD - share * (SIZE - PAD - 6)

function Axes({ axis }: { axis: string }) {
  return (
    <>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <line className="curve-grid" x1={x(0)} x2={x(1)} y1={y(share)} y2={y(share)} />
          <line className="curve-grid" x1={x(share)} x2={x(share)} y1={y(0)} y2={y(1)} />
          <text x={x(share)} y={SIZE - 17} textAnchor="middle">
            {share}
          </text>
          <text x={PAD - 5} y={y(share) + 3} textAnchor="end">
            {share}
          </text>
        </g>
      ))}
      <line className="curve-floor" x1={x(0)} x2={x(1)} y1={y(0)} y2={y(1)} />
      <text x={x(0.5)} y={SIZE - 5} textAnchor="middle">
        {axis}
      </text>
    </>
  )
}

function Bin({ bin, radius }: { bin: PlotBin; radius: number }) {
  const share = bin.hit_share
  if (share === null) return null
  const at = x(bin.mean_score ?? (bin.from + bin.to) / 2)
  const interval = intervalText(bin.interval)
  return (
    <g className="bin">
      {bin.interval !== null && <line x1={at} x2={at} y1={y(bin.interval[0])} y2={y(bin.interval[1])} />}
      <circle cx={at} cy={y(share)} r={radius}>
        <title>
          {bin.words ??
            `Scored ${bin.from.toFixed(1)}–${bin.to.toFixed(1)}: ${Math.round(share * 100)} % of ${bin.n} matched${interval === null ? '' : ` (95 %: ${interval})`}`}
        </title>
      </circle>
    </g>
  )
}

function wordsOf({ bins, n }: Reliability): string {
  const parts = bins.flatMap(({ from, to, hit_share: share, n: count }) =>
    share === null
      ? []
      : [`scored ${from.toFixed(1)} to ${to.toFixed(1)}, ${Math.round(share * 100)} % of ${count}`],
  )
  return `Hit share by score of ${n} calls: ${parts.join('; ') || 'none'}`
}
