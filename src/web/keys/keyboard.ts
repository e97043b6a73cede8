// Listens to the keyboard and runs commands.
import { cancel } from '../actions/mark-commands.ts'
import { store } from '../state/app-state.ts'
import { perform, type Command } from '../state/command.ts'
import { isBusy } from '../state/in-order.ts'
import { COMMANDS, MODES } from './commands.ts'
import { isFree, matches, type Focus, type Press } from './match.ts'

/** Starts listening; one command a press. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    const focus = focusOf(event.target)
    const command = commandOf(event, focus)
    const { dialog, held } = store.get()
    if (command === undefined || (dialog !== null && command !== cancel)) return
    event.preventDefault()
    // What is dragged is dropped or let go first.
    if (held !== null && command !== cancel) return
    // A key that is held down repeats as fast as the page can follow, and no faster: it stops where it is let go.
    if (event.repeat && isBusy()) return
    perform(command)
  })
}

/** A dialog is over whatever is asked. */
function commandOf(press: Press, focus: Focus): Command | undefined {
  const state = store.get()
  const modes = state.dialog === null ? MODES.filter(({ isOn }) => isOn(state)) : []
  const commands = [...modes.flatMap((mode) => mode.commands), ...COMMANDS]
  return commands.find(({ key }) => matches(key, press) && isFree(key, focus))
}

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.closest('input, textarea, [contenteditable]') !== null) return 'field'
  if (target.closest('select') !== null) return 'choice'
  return target.closest('button, summary, a[href]') === null ? 'page' : 'button'
}
