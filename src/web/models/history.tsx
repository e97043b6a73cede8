// What of a model went live, when and why; what was live at an instant; and the way back.
import { useState } from 'react'
import type { LiveAtOut, PromotionOut } from '../../contract/promotions.ts'
import type { ModelOut } from '../../contract/training.ts'
import { dateTime } from '../state/format.ts'
import { useSelected } from '../state/store.ts'
import { rollBack } from './change-models.ts'
import { choosePattern, modelView, type Answer } from './model-view.ts'
import { stretchText } from './model-words.ts'
import { askLiveAt } from './read-models.ts'
import { shownZone } from '../state/zone.ts'

const KINDS = { first: 'first', promote: 'promoted', rollback: 'rolled back' } as const

export function History({ model }: { model: ModelOut }) {
  const history = useSelected(modelView, (view) => view.history)
  const pattern = useSelected(modelView, (view) => view.pattern)
  return (
    <aside className="model-history" aria-label="What went live">
      <div className="detail-head">
        <h3>What went live</h3>
        <span className="top-space" />
        <button
          className="quiet-button"
          title="Goes back to what was promoted before, one promotion at a time"
          onClick={() => void rollBack(model.id, pattern)}
        >
          Roll back
        </button>
      </div>
      {model.patterns.length > 0 && <Patterns model={model} pattern={pattern} />}
      <LiveAt />
      {typeof history === 'string' && <p className="bad-line">{history}</p>}
      <ol className="list plain" data-testid="history">
        {history !== null &&
          typeof history !== 'string' &&
          history.map((one) => <Promotion key={`${one.from} ${one.checkpoint} ${one.to}`} promotion={one} />)}
      </ol>
    </aside>
  )
}

function Patterns({ model, pattern }: { model: ModelOut; pattern: string }) {
  return (
    <label className="field">
      <span>Of</span>
      <select value={pattern} onChange={(event) => choosePattern(event.target.value)}>
        <option value="">the model as a whole</option>
        {model.patterns.map((one) => (
          <option key={one.pattern} value={one.pattern}>
            {one.pattern}
          </option>
        ))}
      </select>
    </label>
  )
}

function Promotion({ promotion }: { promotion: PromotionOut }) {
  const { checkpoint, kind, reason } = promotion
  return (
    <li className="promotion">
      <b>{checkpoint}</b> <span className="dim">{KINDS[kind]}</span>
      <span className="row-sub time">{stretchText(promotion)}</span>
      {reason !== null && <p className="small-text">{reason}</p>}
    </li>
  )
}

function LiveAt() {
  const [text, write] = useState('')
  const answer = useSelected(modelView, (view) => view.liveAt)
  return (
    <form
      className="live-at"
      onSubmit={(event) => {
        event.preventDefault()
        askLiveAt(text)
      }}
    >
      <label className="field grow">
        <span>What was live at, {shownZone()}</span>
        <input
          value={text}
          placeholder="2024-08-09 14:00:05"
          onChange={(event) => write(event.target.value)}
          data-testid="live-at"
        />
      </label>
      <button className="quiet-button" type="submit">
        Ask
      </button>
      <p className="small-text" role="status" data-testid="was-live">
        {liveText(answer)}
      </p>
    </form>
  )
}

function liveText(answer: Answer<LiveAtOut>): string {
  if (answer === null || typeof answer === 'string') return answer ?? ''
  const at = dateTime(Date.parse(answer.at))
  if (answer.checkpoint === null) return `Nothing was live at ${at}.`
  return `${answer.checkpoint} was live at ${at}: ${stretchText(answer)}.`
}
