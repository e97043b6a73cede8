// Loss and accuracy by epoch as two small curves, with the majority floor beside the accuracy.
import type { EpochMetrics } from '../../contract/training.ts'
import { Plot } from '../pictures/plot.tsx'

const WIDE = 284
const TALL = 84
const PAD = 6

interface CurvesProps {
  epochs: readonly EpochMetrics[]
  total: number
  /** 0–1; null where there is none. */
  floor: number | null
}

export function Curves({ epochs, total, floor }: CurvesProps) {
  const most = Math.max(...epochs.map((one) => one.loss), 0.1)
  const x = (epoch: number) => PAD + ((epoch - 1) / Math.max(total - 1, 1)) * (WIDE - 2 * PAD)
  const y = (part: number) => TALL - PAD - part * (TALL - 2 * PAD)
  const line = (value: (one: EpochMetrics) => number) =>
    epochs.map((one) => `${x(one.epoch).toFixed(1)},${y(value(one)).toFixed(1)}`).join(' ')
  const last = epochs.at(-1)
  return (
    <figure className="curves">
      <Plot
        name="training"
        header={['epoch', 'loss', 'accuracy']}
        rows={epochs.map((one) => [one.epoch, one.loss, one.accuracy])}
      >
        <svg viewBox={`0 0 ${WIDE} ${TALL}`} role="img" aria-label={curveText(epochs)}>
          {[0, 0.5, 1].map((part) => (
            <line key={part} className="curve-grid" x1={0} x2={WIDE} y1={y(part)} y2={y(part)} />
          ))}
          {floor !== null && (
            <line className="curve-floor" x1={0} x2={WIDE} y1={y(floor)} y2={y(floor)}>
              <title>Always saying the most frequent class</title>
            </line>
          )}
          <polyline className="curve-accuracy" points={line((one) => one.accuracy)} />
          <polyline className="curve-loss" points={line((one) => one.loss / most)} />
          {last !== undefined && (
            <>
              <circle className="curve-loss-dot" cx={x(last.epoch)} cy={y(last.loss / most)} r={2.5} />
              <circle className="curve-accuracy-dot" cx={x(last.epoch)} cy={y(last.accuracy)} r={2.5} />
            </>
          )}
        </svg>
      </Plot>
      <figcaption>
        <span className="key-loss">loss, top {most.toFixed(2)}</span>
        <span className="key-accuracy">accuracy</span>
        {floor !== null && <span className="key-floor">majority {Math.round(floor * 100)} %</span>}
      </figcaption>
    </figure>
  )
}

function curveText(epochs: readonly EpochMetrics[]): string {
  const last = epochs.at(-1)
  if (last === undefined) return 'No epoch has ended yet.'
  return `After epoch ${last.epoch}: loss ${last.loss.toFixed(3)}, training accuracy ${Math.round(last.accuracy * 100)} %.`
}
