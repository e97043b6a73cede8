// Listens to the keyboard and runs commands.
import { cancel } from '../actions/mark-commands.ts'
import { store } from '../state/app-state.ts'
import { perform } from '../state/command.ts'
import { COMMANDS } from './commands.ts'
import { isFree, matches, type Focus } from './match.ts'

/** Starts listening; one command a press. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return
    const focus = focusOf(event.target)
    const command = COMMANDS.find(({ key }) => matches(key, event) && isFree(key, focus))
    if (command === undefined || (store.get().dialog !== null && command !== cancel)) return
    event.preventDefault()
    perform(command)
  })
}

function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.closest('input, textarea, [contenteditable]') !== null) return 'field'
  if (target.closest('select') !== null) return 'choice'
  return target.closest('button, summary, a[href]') === null ? 'page' : 'button'
}
