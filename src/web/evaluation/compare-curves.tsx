// Loss by epoch of several runs over one another.
import type { ComparedRun } from '../../contract/runs-compared.ts'
import { Plot } from '../pictures/plot.tsx'
import { letterOf } from './compare-words.ts'

const WIDE = 640
const TALL = 170
const PAD = 8

/** A run that has epochs, and its last one. */
interface Drawn {
  readonly run: ComparedRun
  readonly place: number
  readonly end: ComparedRun['epochs'][number]
}

export function CompareCurves({ runs }: { runs: readonly ComparedRun[] }) {
  const drawn = runs.flatMap((run, place): Drawn[] => {
    const end = run.epochs.at(-1)
    return end === undefined ? [] : [{ run, place, end }]
  })
  if (drawn.length === 0) return null
  const all = drawn.flatMap(({ run }) => run.epochs)
  const most = Math.max(...all.map((one) => one.loss))
  const least = Math.min(...all.map((one) => one.loss))
  const height = Math.max(most - least, most * 0.05, 1e-9)
  const longest = Math.max(...all.map((one) => one.epoch))
  const x = (epoch: number) => PAD + ((epoch - 1) / Math.max(longest - 1, 1)) * (WIDE - 2 * PAD)
  const y = (loss: number) => TALL - PAD - ((loss - least) / height) * (TALL - 2 * PAD)
  return (
    <figure className="curves compare" data-testid="compared-curves">
      <Plot
        name="compared-losses"
        header={['run', 'letter', 'epoch', 'loss']}
        rows={drawn.flatMap(({ run, place }) =>
          run.epochs.map(({ epoch, loss }) => [run.id, letterOf(place), epoch, loss]),
        )}
      >
        <svg viewBox={`0 0 ${WIDE} ${TALL}`} role="img" aria-label={wordsOf(drawn)}>
          {[0, 0.5, 1].map((part) => (
            <line
              key={part}
              className="curve-grid"
              x1={0}
              x2={WIDE}
              y1={PAD + part * (TALL - 2 * PAD)}
              y2={PAD + part * (TALL - 2 * PAD)}
            />
          ))}
          {drawn.map(({ run, place, end }) => (
            <g key={run.id} className={`run-line run-${place}`}>
              <polyline
                points={run.epochs
                  .map((one) => `${x(one.epoch).toFixed(1)},${y(one.loss).toFixed(1)}`)
                  .join(' ')}
              />
              <circle cx={x(end.epoch)} cy={y(end.loss)} r={3} />
            </g>
          ))}
        </svg>
      </Plot>
      <figcaption>
        <span>
          loss, {least.toFixed(3)} to {most.toFixed(3)}
        </span>
        <span>{longest === 1 ? 'one epoch' : `epochs 1 to ${longest}`}</span>
        {drawn.map(({ run, place, end }) => (
          <span key={run.id} className={`run-letter run-${place}`}>
            {letterOf(place)} {end.loss.toFixed(3)}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

function wordsOf(drawn: readonly Drawn[]): string {
  const ends = drawn.map(
    ({ place, end }) => `${letterOf(place)} ${end.loss.toFixed(3)} after epoch ${end.epoch}`,
  )
  return `Loss by epoch: ${ends.join(', ')}`
}
