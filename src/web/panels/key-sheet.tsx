// ?: every command with its key, searchable; Enter or a click runs it.
import { useState } from 'react'
import { Keycap } from '../controls/command-button.tsx'
import { CloseButton, closeDialog, Dialog } from '../controls/dialog.tsx'
import { COMMANDS, MODES } from '../keys/commands.ts'
import { perform, type Command, type Group } from '../state/command.ts'

const GROUPS: readonly Group[] = ['Mark', 'Move', 'Look', 'Review', 'Learn and watch', 'Page']

export function KeySheet() {
  const [search, setSearch] = useState('')
  const isFound = (one: Command) => one.label.toLowerCase().includes(search.trim().toLowerCase())
  const found = COMMANDS.filter(isFound)
  const run = (command: Command) => {
    closeDialog()
    perform(command)
  }
  return (
    <Dialog name="keys" label="Keys" className="wide">
      <form
        className="search-row"
        onSubmit={(event) => {
          event.preventDefault()
          if (search !== '' && found[0] !== undefined) run(found[0])
        }}
      >
        <input
          className="search"
          autoFocus
          placeholder="Find a command; Enter runs the first"
          aria-label="Find a command"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <CloseButton />
      </form>
      <div className="key-groups">
        {GROUPS.map((group) => (
          <GroupOfKeys
            key={group}
            name={group}
            commands={found.filter((one) => one.group === group)}
            run={run}
          />
        ))}
        {MODES.map(({ group, commands }) => (
          <GroupOfKeys key={group} name={group} whileAsked commands={commands.filter(isFound)} run={run} />
        ))}
      </div>
      <p className="dim small-text">
        Mouse: click marks, or selects a mark; Shift click marks even there; drag moves, or draws (Z), Shift
        drag measures, wheel zooms, Shift wheel moves by most of a screen, double click on an axis resets it.
        Charts: TradingView Lightweight Charts™.
      </p>
    </Dialog>
  )
}

interface GroupProps {
  name: string
  /** The keys are its own only while it is asked. */
  whileAsked?: boolean
  commands: readonly Command[]
  run: (command: Command) => void
}

function GroupOfKeys({ name, commands, run, whileAsked = false }: GroupProps) {
  if (commands.length === 0) return null
  return (
    <section data-asked={whileAsked || undefined}>
      <h3>{name}</h3>
      {commands.map((command) => (
        <button key={command.id} className="key-row" onClick={() => run(command)}>
          <span>{command.label}</span>
          <Keycap command={command} />
        </button>
      ))}
    </section>
  )
}
