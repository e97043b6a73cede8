// What says, wherever a figure stands, that the checkpoint was trained on the seconds it was scored on.
import type { BacktestOut } from '../../contract/backtests.ts'
import { duration, share } from '../state/format.ts'
import { overlapMark, overlapOf } from './backtest-words.ts'

/** Whose training a figure depends on. */
function whoText({ patterns }: BacktestOut): string {
  return patterns === undefined ? 'the checkpoint' : 'the checkpoint of one pattern or another'
}

type Told = Pick<BacktestOut, 'trained_overlap_seconds' | 'include_trained'>

/** Before a name beside figures; nothing where they may be read without it. */
export function OverlapMark({ of }: { of: Told }) {
  const mark = overlapMark(of)
  return mark === null ? null : <b className={`overlap-mark ${overlapOf(of)}`}>{mark}</b>
}

/** Above all figures, in view however far one scrolls. */
export function OverlapBanner({ of }: { of: BacktestOut }) {
  const overlap = overlapOf(of)
  const seconds = of.trained_overlap_seconds ?? 0
  if (overlap === 'trained')
    return (
      <p className="overlap-banner trained" role="alert" data-testid="overlap">
        <b>TRAINED ON</b> {duration(seconds)} of what is scored here ({share(seconds / of.seconds)}){' '}
        {whoText(of)} was trained on. No figure below says anything of seconds that it has not seen.
      </p>
    )
  if (overlap === 'unknown')
    return (
      <p className="overlap-banner unknown" role="alert" data-testid="overlap">
        <b>TRAINING UNKNOWN</b> It was brought from outside: it may have learnt from the very seconds that are
        scored here.
      </p>
    )
  return (
    <p className="dim small-text" data-testid="overlap">
      {overlap === 'left_out'
        ? `${duration(seconds)} of the span ${of.patterns === undefined ? 'it' : whoText(of)} was trained on: they are left out.`
        : of.patterns === undefined
          ? 'It was trained on no second of this span, as far as is known.'
          : 'None of its checkpoints was trained on a second of this span, as far as is known.'}
    </p>
  )
}

/** Of all patterns: which checkpoint answers for each, and what of the span it was trained on. */
export function PatternLine({ of: { patterns } }: { of: BacktestOut }) {
  if (patterns === undefined) return null
  return (
    <p className="small-text" data-testid="backtest-patterns">
      {patterns.map(({ pattern, checkpoint, trained_overlap_seconds: seconds }) => (
        <span key={pattern} className="pattern-part">
          <b>{pattern}</b> {checkpoint}{' '}
          <span className="dim">
            {seconds === null
              ? 'training unknown'
              : seconds === 0
                ? 'trained on none of it'
                : `trained on ${duration(seconds)} of it`}
          </span>{' '}
        </span>
      ))}
    </p>
  )
}

/** The span as a bar: where the checkpoint was trained, and where not. */
export function SpanBar({ of }: { of: BacktestOut }) {
  const [from, to] = [Date.parse(of.from), Date.parse(of.to)]
  const place = (instant: string) => ((Date.parse(instant) - from) / (to - from)) * 100
  const kind = of.include_trained ? 'trained' : 'left-out'
  const title = of.include_trained ? 'trained on, and scored' : 'trained on, and left out'
  return (
    <div className="span-bar" aria-hidden="true">
      {of.trained_overlap.map((span) => (
        <span
          key={span.from}
          className={kind}
          title={title}
          style={{ left: `${place(span.from)}%`, width: `${place(span.to) - place(span.from)}%` }}
        />
      ))}
    </div>
  )
}
