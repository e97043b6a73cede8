// Above the list: a search of notes and tags, what the annotations have to be, how many are shown, and choosing them all.
import { chooseListed } from '../actions/chosen.ts'
import { seeBin } from '../actions/mark-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { seeHealth } from '../data-set/commands.ts'
import { store, useApp } from '../state/app-state.ts'
import { focusOn, focusRef } from '../state/focus.ts'
import { EVERYTHING, isNarrowed, isNarrowedBeside, listed, type ListFilter } from '../state/list-filter.ts'
import { tagsOf } from '../training/scope.ts'
import { useState, type KeyboardEvent } from 'react'

export function ListFilter() {
  const filter = useApp((state) => state.listFilter)
  const [isOpen, setOpen] = useState(false)
  return (
    <search className="list-filter">
      <div className="list-search">
        <input
          ref={focusRef('search')}
          aria-label="Search notes and tags"
          placeholder="Search notes and tags  /"
          value={filter.text}
          spellCheck={false}
          onChange={(event) => narrow({ text: event.target.value })}
          onKeyDown={leaveField}
        />
        <button
          className="quiet-button"
          aria-pressed={isOpen || isNarrowedBeside(filter)}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          Filter
        </button>
        <CommandButton command={seeHealth} opensDialog title={seeHealth.label}>
          Health
        </CommandButton>
      </div>
      {isOpen && <Choices filter={filter} />}
      {isNarrowed(filter) && <Found />}
    </search>
  )
}

function narrow(part: Partial<ListFilter>): void {
  store.set({ listFilter: { ...store.get().listFilter, ...part } })
}

/** ↵ goes to what was found, Esc shows everything again and leaves. */
function leaveField(event: KeyboardEvent<HTMLInputElement>): void {
  if (event.key !== 'Enter' && event.key !== 'Escape') return
  event.preventDefault()
  event.stopPropagation()
  if (event.key === 'Escape') narrow({ text: '' })
  focusOn('list')
}

function Found() {
  const shown = useApp((state) => listed(state).length)
  const all = useApp((state) => state.annotations.length)
  return (
    <div className="list-found">
      <span>
        {shown} of {all}
      </span>
      <button className="quiet-button" disabled={shown === 0} onClick={chooseListed}>
        Choose all shown
      </button>
      <button className="quiet-button" onClick={() => store.set({ listFilter: EVERYTHING })}>
        Show all
      </button>
    </div>
  )
}

const DIRECTIONS = { LONG: 'long', SHORT: 'short' } as const
const RESULTS = { gain: 'net gain', loss: 'net loss' } as const
const MODES = {
  hindsight: 'in hindsight',
  replay: 'future hidden',
  live: 'live',
  proposal: 'from a proposal',
} as const
const STATES = {
  warned: 'with a warning',
  left_out: 'left out',
  revised: 'revised',
  gaps: 'with gaps',
  missing: 'no file',
  broken: 'broken file',
  complete: 'complete',
} as const

function Choices({ filter }: { filter: ListFilter }) {
  const annotations = useApp((state) => state.annotations)
  const tags = Object.fromEntries(tagsOf(annotations).map(({ name, count }) => [name, `${name} (${count})`]))
  return (
    <div className="list-choices">
      <Choice
        label="Direction"
        words={DIRECTIONS}
        value={filter.direction}
        choose={(direction) => narrow({ direction })}
      />
      <Choice label="Result" words={RESULTS} value={filter.result} choose={(result) => narrow({ result })} />
      <Choice label="Tag" words={tags} value={filter.tag} choose={(tag) => narrow({ tag })} />
      <Choice label="Marked" words={MODES} value={filter.mode} choose={(mode) => narrow({ mode })} />
      <Choice label="Test case" words={STATES} value={filter.state} choose={(state) => narrow({ state })} />
      <CommandButton command={seeBin} className="quiet-button" title={seeBin.label}>
        Bin: deleted annotations <Keycap command={seeBin} />
      </CommandButton>
    </div>
  )
}

interface ChoiceProps<T extends string> {
  label: string
  words: Readonly<Record<T, string>>
  value: T | null
  choose: (value: T | null) => void
}

function Choice<T extends string>({ label, words, value, choose }: ChoiceProps<T>) {
  const names = Object.keys(words) as T[]
  return (
    <label className="list-choice">
      <span>{label}</span>
      <select
        value={value ?? ''}
        onChange={(event) => choose(names.find((name) => name === event.target.value) ?? null)}
      >
        <option value="">any</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {words[name]}
          </option>
        ))}
      </select>
    </label>
  )
}
