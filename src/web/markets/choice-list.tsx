// A field and the choices under it: typing narrows them, ↑ ↓ walk, Enter takes.
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { CloseButton } from '../controls/dialog.tsx'

export interface Choice {
  readonly id: string
  readonly label: ReactNode
  /** Dim, at the right. */
  readonly note?: ReactNode
  /** A button of its own at the end of the row. */
  readonly extra?: ReactNode
  readonly isCurrent?: boolean
  readonly take: () => void
}

export interface ChoiceGroup {
  readonly title: string
  readonly choices: readonly Choice[]
}

interface ChoiceListProps {
  /** What the field is for. */
  label: string
  placeholder: string
  text: string
  change: (text: string) => void
  groups: readonly ChoiceGroup[]
  /** Backspace in the empty field. */
  back?: () => void
  /** Below the choices. */
  children?: ReactNode
}

export function ChoiceList({ label, placeholder, text, change, groups, back, children }: ChoiceListProps) {
  const [place, setPlace] = useState(0)
  const all = groups.flatMap((group) => group.choices)
  const at = Math.min(place, Math.max(all.length - 1, 0))
  const active = all[at]
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (step !== undefined) setPlace(Math.min(Math.max(at + step, 0), Math.max(all.length - 1, 0)))
    else if (event.key === 'Enter') active?.take()
    else if (event.key === 'Backspace' && text === '' && back !== undefined) back()
    else return
    event.preventDefault()
  }
  return (
    <>
      <div className="search-row">
        <input
          className="search"
          autoFocus
          role="combobox"
          aria-expanded
          aria-haspopup="grid"
          aria-controls="choices"
          aria-activedescendant={active === undefined ? undefined : `choice-${active.id}`}
          aria-label={label}
          placeholder={placeholder}
          value={text}
          spellCheck={false}
          onChange={(event) => {
            setPlace(0)
            change(event.target.value)
          }}
          onKeyDown={press}
        />
        <CloseButton />
      </div>
      <div className="choices">
        <div className="choice-rows" id="choices" role="grid" aria-label={label}>
          {groups.map((group) =>
            group.choices.length === 0 ? null : (
              <div key={group.title} role="rowgroup" aria-label={group.title}>
                <h3 aria-hidden>{group.title}</h3>
                {group.choices.map((choice) => (
                  <Row key={choice.id} choice={choice} isActive={choice === active} />
                ))}
              </div>
            ),
          )}
        </div>
        {children}
      </div>
    </>
  )
}

function Row({ choice, isActive }: { choice: Choice; isActive: boolean }) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])
  return (
    <div
      ref={row}
      id={`choice-${choice.id}`}
      role="row"
      aria-selected={isActive}
      aria-current={choice.isCurrent || undefined}
      className="choice"
      onClick={choice.take}
    >
      <span className="choice-label" role="gridcell">
        {choice.label}
      </span>
      <span className="choice-note" role="gridcell">
        {choice.note}
      </span>
      {choice.extra !== undefined && <span role="gridcell">{choice.extra}</span>}
    </div>
  )
}
