// The strip over the charts: what the mark being made would give, and what to do next. Always there, so nothing moves.
import { cancelMark, saveMark, setDirection, switchLeg } from '../actions/marking.ts'
import { clock, duration, price, signedPct } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { sourceOf } from '../actions/markets.ts'
import { outcomeOf, type LegName, type Mark } from '../state/mark.ts'
import { troubleOf } from './source-words.ts'
import { FEE_PCT_PER_SIDE } from '../state/pnl.ts'

export function MarkStrip() {
  const mark = useApp((state) => state.mark)
  const spanStart = useApp((state) => state.spanStart)
  const trouble = useApp((state) => troubleOf(state.stream, sourceOf(state.health, state.market)))
  if (mark !== null) return <MarkInHand mark={mark} />
  if (spanStart !== null) return <SpanInHand from={spanStart} />
  if (trouble !== null)
    return (
      <div className="strip">
        <span className="trouble" role="status" data-testid="trouble" title={trouble}>
          {trouble}
        </span>
      </div>
    )
  return (
    <div className="strip">
      <Hint keys="Click" text="a candle: entry, then exit" />
      <Hint keys="← →" text="one second" />
      <Hint keys="Shift ← →" text="one minute" />
      <Hint keys="A" text="mark at the cursor" />
      <Hint keys="H" text="hide the future" />
      <Hint keys="R" text="reviewed span" />
      <Hint keys="?" text="all keys" />
    </div>
  )
}

function Hint({ keys, text }: { keys: string; text: string }) {
  return (
    <span className="hint">
      <kbd>{keys}</kbd> {text}
    </span>
  )
}

function SpanInHand({ from }: { from: number }) {
  const to = useApp((state) => state.cursor.time) ?? from
  return (
    <div className="strip active">
      <b className="review">Reviewed span</b>
      <span className="time">
        {clock(Math.min(from, to))} – {clock(Math.max(from, to))}
      </span>
      <span className="dim">{duration(Math.abs(to - from) / 1000)}</span>
      <span className="strip-space" />
      <Hint keys="R" text="end it here" />
      <Hint keys="Esc" text="drop" />
    </div>
  )
}

function MarkInHand({ mark }: { mark: Mark }) {
  const digits = useApp((state) => state.digits)
  const isSaving = useApp((state) => state.isSaving)
  const outcome = outcomeOf(mark)
  const isLoss = outcome !== null && outcome.net < 0
  return (
    <div className="strip active" data-testid="mark">
      <DirectionButtons mark={mark} direction={outcome?.direction ?? mark.flipped} />
      <LegText mark={mark} name="entry" digits={digits} />
      <LegText mark={mark} name="exit" digits={digits} />
      {outcome !== null && (
        <span className={`outcome ${outcome.chosen ? '' : 'preview'}`} data-testid="outcome">
          <span className="dim">gross</span> {signedPct(outcome.gross)}
          <span className="dim">net</span>
          <b className={isLoss ? 'down' : 'up'} title={`After a fee of ${FEE_PCT_PER_SIDE} % on each side`}>
            {signedPct(outcome.net)}
          </b>
          <span className="dim">{duration(outcome.seconds)}</span>
        </span>
      )}
      <span className="strip-space" />
      <button
        className="primary small"
        disabled={mark.exit === null || isSaving}
        title="Enter"
        onClick={() => void saveMark()}
      >
        {isSaving ? 'Saving …' : mark.editing === null ? 'Save' : 'Save change'} <kbd>↵</kbd>
      </button>
      <button className="quiet-button" aria-label="Cancel the mark" title="Cancel" onClick={cancelMark}>
        <kbd>Esc</kbd>
      </button>
    </div>
  )
}

function DirectionButtons({ mark, direction }: { mark: Mark; direction: 'LONG' | 'SHORT' | null }) {
  return (
    <span className="directions" role="group" aria-label="Direction">
      <button
        className="direction up"
        aria-pressed={direction === 'LONG'}
        title="Make it a long (B)"
        onClick={() => setDirection('LONG')}
      >
        ▲ LONG
      </button>
      <button
        className="direction down"
        aria-pressed={direction === 'SHORT'}
        title="Make it a short (S)"
        onClick={() => setDirection('SHORT')}
      >
        ▼ SHORT
      </button>
      {mark.flipped !== null && <span className="dim small-text">set by hand</span>}
    </span>
  )
}

function LegText({ mark, name, digits }: { mark: Mark; name: LegName; digits: number }) {
  const leg = name === 'entry' ? mark.entry : (mark.exit ?? mark.preview)
  const isActive = mark.active === name
  if (leg === null) return <span className="dim">{isActive ? 'A places the exit' : 'click the exit'}</span>
  return (
    <button
      className="leg"
      aria-pressed={isActive}
      title={isActive ? `The arrow keys move the ${name}` : `Move the ${name} with the arrow keys (E)`}
      onClick={() => {
        if (!isActive) switchLeg()
      }}
    >
      <span className="dim">{name}</span> {price(leg.price, digits)}{' '}
      <span className="time">{clock(leg.time)}</span>
    </button>
  )
}
