// The selected annotation: its figures, tags and notes to edit, its test case, adjust and delete.
import { useState } from 'react'
import type { AnnotationOut } from '../../contract/annotations.ts'
import { saveTexts } from '../actions/annotations.ts'
import { adjust, deleteSelected, duplicate, viewCase, writeNotes } from '../actions/mark-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { focusRef } from '../state/focus.ts'
import { clock, dateTime, price, signedPct } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { directionOf, type Mark } from '../state/mark.ts'
import { PlanFields } from './plan-fields.tsx'

export function SelectedAnnotation() {
  const mark = useApp((state) => state.mark)
  const annotation = useApp(({ selected, annotations }) =>
    selected === null ? undefined : annotations.find((one) => one.id === selected),
  )
  const isHeld = useApp((state) => state.held !== null)
  if (mark !== null && !(isHeld && annotation !== undefined)) return <InHand mark={mark} />
  if (annotation === undefined) return null
  return <Editor key={`${annotation.id} ${annotation.updated_at}`} annotation={annotation} />
}

/** Its legs stand in the strip over the charts. */
function InHand({ mark }: { mark: Mark }) {
  const { entry, exit, preview, stop, target } = mark
  return (
    <section className="selected" aria-label="Stop and target of the mark in hand">
      <PlanFields
        direction={directionOf(mark)}
        entry={entry.price}
        exit={(exit ?? preview)?.price ?? Number.NaN}
        stop={stop}
        target={target}
      />
    </section>
  )
}

function Editor({ annotation }: { annotation: AnnotationOut }) {
  const [notes, setNotes] = useState(annotation.notes)
  const [tags, setTags] = useState(annotation.tags.join(', '))
  const save = () => void saveTexts(annotation.id, notes, splitTags(tags))
  return (
    <section className="selected" aria-label="Selected annotation">
      <Figures annotation={annotation} />
      <PlanFields
        direction={annotation.direction}
        entry={annotation.entry.price}
        exit={annotation.exit.price}
        stop={annotation.stop_price}
        target={annotation.target_price}
      />
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
          Notes <Keycap command={writeNotes} />
        </span>
        <textarea
          id="notes"
          ref={focusRef('notes')}
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
        <CommandButton command={viewCase}>
          Test case <Keycap command={viewCase} />
        </CommandButton>
        <CommandButton command={adjust}>
          Adjust <Keycap command={adjust} />
        </CommandButton>
        <CommandButton command={duplicate} title={duplicate.label}>
          Copy <Keycap command={duplicate} />
        </CommandButton>
        <CommandButton command={deleteSelected} className="quiet-button danger">
          Delete <Keycap command={deleteSelected} />
        </CommandButton>
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
