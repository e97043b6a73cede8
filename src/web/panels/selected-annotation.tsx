// The selected annotation: its figures, tags and notes to edit, its test case, adjust and delete.
import { useState } from 'react'
import type { AnnotationOut } from '../../contract/annotations.ts'
import { remove, saveTexts } from '../actions/annotations.ts'
import { adjustSelected } from '../actions/marking.ts'
import { showCase } from '../actions/view.ts'
import { clock, dateTime, price, signedPct } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'

export function SelectedAnnotation() {
  const annotation = useApp((state) => state.annotations.find((one) => one.id === state.selected))
  if (annotation === undefined) return null
  return <Editor key={`${annotation.id} ${annotation.updated_at}`} annotation={annotation} />
}

function Editor({ annotation }: { annotation: AnnotationOut }) {
  const [notes, setNotes] = useState(annotation.notes)
  const [tags, setTags] = useState(annotation.tags.join(', '))
  const save = () => void saveTexts(annotation.id, notes, splitTags(tags))
  return (
    <section className="selected" aria-label="Selected annotation">
      <Figures annotation={annotation} />
      <label className="field">
        <span>Tags, the first is the pattern</span>
        <input
          value={tags}
          placeholder="breakout, morning"
          onChange={(event) => setTags(event.target.value)}
          onBlur={save}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
      </label>
      <label className="field">
        <span>
          Notes <kbd>O</kbd>
        </span>
        <textarea
          id="notes"
          value={notes}
          rows={2}
          placeholder="Why here?"
          onChange={(event) => setNotes(event.target.value)}
          onBlur={save}
        />
      </label>
      {annotation.warnings.map((warning) => (
        <p key={warning} className="warn-line">
          {warning}
        </p>
      ))}
      <div className="button-row">
        <button className="quiet-button" onClick={showCase}>
          Test case <kbd>V</kbd>
        </button>
        <button className="quiet-button" onClick={adjustSelected}>
          Adjust <kbd>M</kbd>
        </button>
        <button className="quiet-button danger" onClick={() => void remove(annotation.id)}>
          Delete <kbd>Del</kbd>
        </button>
      </div>
    </section>
  )
}

function Figures({ annotation }: { annotation: AnnotationOut }) {
  const digits = useApp((state) => state.digits)
  const { entry, exit } = annotation
  return (
    <dl className="figures">
      <dt>Entry</dt>
      <dd>
        {price(entry.price, digits)} <span className="dim time">{dateTime(Date.parse(entry.timestamp))}</span>
      </dd>
      <dt>Exit</dt>
      <dd>
        {price(exit.price, digits)} <span className="dim time">{clock(Date.parse(exit.timestamp))}</span>
      </dd>
      <dt>P&amp;L</dt>
      <dd>
        {signedPct(annotation.profit_loss_pct)} <span className="dim">gross</span>{' '}
        <b className={annotation.net_profit_loss_pct < 0 ? 'down' : 'up'}>
          {signedPct(annotation.net_profit_loss_pct)}
        </b>{' '}
        <span className="dim">net</span>
      </dd>
      <dt>Marked</dt>
      <dd className="dim">{provenanceText(annotation)}</dd>
    </dl>
  )
}

const MODES = {
  hindsight: 'in hindsight',
  replay: 'with the future hidden',
  live: 'live',
  proposal: 'from a proposal',
} as const

function provenanceText({ provenance }: AnnotationOut): string {
  const { seconds_spent } = provenance
  return `${MODES[provenance.mode]}${seconds_spent === null ? '' : `, in ${seconds_spent.toFixed(0)} s`}`
}

function splitTags(text: string): string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
}
