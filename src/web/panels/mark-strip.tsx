// The strip over the charts: what the mark being made would give, and what to do next. Always there, so nothing moves.
import { cancelMark } from '../actions/place-mark.ts'
import {
  cancel,
  draw,
  makeLong,
  makeShort,
  nextSwing,
  otherLeg,
  place,
  save,
} from '../actions/mark-commands.ts'
import { hideFuture } from '../actions/look-commands.ts'
import { play } from '../actions/play-commands.ts'
import { reviewSpan } from '../actions/review-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { showKeys } from '../keys/commands.ts'
import { keyText, perform } from '../state/command.ts'
import { clock, duration, price, ratioText, signedPct } from '../state/format.ts'
import { useApp, useWhole } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { sourceOf } from '../actions/markets.ts'
import { outcomeOf, type LegName, type Mark } from '../state/mark.ts'
import { LookStrip } from '../data-set/look-strip.tsx'
import { askSuggestion } from '../suggestions/commands.ts'
import { SuggestionStrip } from '../suggestions/suggestion-strip.tsx'
import { DrawStrip } from './draw-strip.tsx'
import { Hint, KeyHint } from './key-hint.tsx'
import { PreviewLine } from './preview-line.tsx'
import { troubleOf } from './source-words.ts'
import { FEE_PCT_PER_SIDE } from '../state/pnl.ts'

export function MarkStrip() {
  const mark = useApp((state) => state.mark)
  const spanStart = useApp((state) => state.spanStart)
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const suggesting = useApp((state) => state.suggesting)
  const secondLook = useApp((state) => state.secondLook)
  const isDrawing = useApp((state) => state.isDrawing)
  const trouble = useApp((state) => troubleOf(state.stream, sourceOf(state.health, state.market)))
  if (mark !== null) return <MarkInHand mark={mark} />
  if (spanStart !== null) return <SpanInHand from={spanStart} />
  if (suggesting !== null) return <SuggestionStrip suggesting={suggesting} />
  if (secondLook !== null) return <LookStrip looking={secondLook} />
  if (isDrawing) return <DrawStrip trouble={trouble} />
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
      <span className="hints">
        <Hint keys="Click" text="a candle: entry, then exit" />
        <Hint keys="← →" text="one second" />
        <Hint keys="Shift ← →" text="one minute" />
        <KeyHint command={place} text="mark at the cursor" />
        <KeyHint command={nextSwing} text="next swing" />
        {isHidden ? (
          <KeyHint command={play} text="play on" />
        ) : (
          <KeyHint command={hideFuture} text="hide the future" />
        )}
        <KeyHint command={reviewSpan} text="reviewed span" />
        <KeyHint command={showKeys} text="all keys" />
      </span>
      <CommandButton command={draw} className="quiet-button small-text" title={draw.label}>
        Draw <Keycap command={draw} />
      </CommandButton>
      <SuggestButton />
      <PreviewLine />
    </div>
  )
}

/** There once there is something to learn from. */
function SuggestButton() {
  const hasMarks = useWhole((state) => state.annotations.length > 0)
  if (!hasMarks) return null
  return (
    <CommandButton command={askSuggestion} className="quiet-button small-text" title={askSuggestion.label}>
      Suggest <Keycap command={askSuggestion} />
    </CommandButton>
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
      <KeyHint command={reviewSpan} text="end it here" />
      <KeyHint command={cancel} text="drop" />
    </div>
  )
}

function MarkInHand({ mark }: { mark: Mark }) {
  const digits = useApp((state) => state.digits)
  const isSaving = useApp((state) => state.isSaving)
  const fault = useApp((state) => state.heldFault)
  const isHeld = useApp((state) => state.held !== null)
  const outcome = outcomeOf(mark)
  const isLoss = outcome !== null && outcome.net < 0
  return (
    <div className="strip active" data-testid="mark">
      <DirectionButtons mark={mark} direction={outcome?.direction ?? mark.flipped} />
      <LegText mark={mark} name="entry" digits={digits} />
      <LegText mark={mark} name="exit" digits={digits} />
      {outcome !== null && (
        <span className={`outcome ${outcome.chosen ? '' : 'preview'}`} data-testid="outcome">
          <span className="roomy">
            <span className="dim">gross</span> {signedPct(outcome.gross)}
          </span>
          <span className="dim">net</span>
          <b className={isLoss ? 'down' : 'up'} title={`After a fee of ${FEE_PCT_PER_SIDE} % on each side`}>
            {signedPct(outcome.net)}
          </b>
          <span className="dim roomy">{duration(outcome.seconds)}</span>
          {isHeld && outcome.ratio !== null && (
            <span title="To be gained for each unit that the stop risks">{ratioText(outcome.ratio)}</span>
          )}
        </span>
      )}
      {fault !== null && (
        <span className="held-fault" role="status" data-testid="held-fault">
          {fault}
        </span>
      )}
      <span className="strip-space" />
      {!isHeld && <MarkButtons mark={mark} isSaving={isSaving} />}
    </div>
  )
}

function MarkButtons({ mark, isSaving }: { mark: Mark; isSaving: boolean }) {
  return (
    <span className="mark-buttons">
      <CommandButton
        command={save}
        className="primary small"
        title="Save"
        disabled={mark.exit === null || isSaving}
      >
        {isSaving ? 'Saving …' : mark.editing === null ? 'Save' : 'Save change'} <kbd>↵</kbd>
      </CommandButton>
      <button className="quiet-button" title="Cancel" onClick={cancelMark}>
        <span className="unseen">Cancel the mark </span>
        <Keycap command={cancel} />
      </button>
    </span>
  )
}

function DirectionButtons({ mark, direction }: { mark: Mark; direction: 'LONG' | 'SHORT' | null }) {
  return (
    <span className="directions" role="group" aria-label="Direction">
      <CommandButton
        command={makeLong}
        className="direction up"
        pressed={direction === 'LONG'}
        title="Make it a long"
      >
        ▲<span className="roomy"> LONG</span>
      </CommandButton>
      <CommandButton
        command={makeShort}
        className="direction down"
        pressed={direction === 'SHORT'}
        title="Make it a short"
      >
        ▼<span className="roomy"> SHORT</span>
      </CommandButton>
      {mark.flipped !== null && mark.flipped !== mark.editing?.direction && (
        <span className="dim small-text">set by hand</span>
      )}
    </span>
  )
}

function LegText({ mark, name, digits }: { mark: Mark; name: LegName; digits: number }) {
  const leg = name === 'entry' ? mark.entry : (mark.exit ?? mark.preview)
  const isActive = mark.active === name || mark.active === 'whole'
  if (leg === null) return <span className="dim">{isActive ? 'A or ↵ exits there' : 'click the exit'}</span>
  return (
    <button
      className="leg"
      aria-pressed={isActive}
      title={
        isActive
          ? `The arrow keys move the ${name}`
          : `Move the ${name} with the arrow keys (${keyText(otherLeg.key)})`
      }
      onClick={() => {
        if (!isActive) perform(otherLeg)
      }}
    >
      <span className="dim">{name}</span>
      <span className="roomy">
        {' '}
        {price(leg.price, digits)} <span className="time">{clock(leg.time)}</span>
      </span>
    </button>
  )
}
