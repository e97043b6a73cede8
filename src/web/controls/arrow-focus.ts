// ↑ and ↓ among the buttons of a list: the focus walks, Enter takes.
import type { KeyboardEvent } from 'react'

/** `onKeyDown` of what holds the list; buttons with `data-aside` belong to a row and are no rows. */
export function walkButtons(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined || !(event.target instanceof HTMLButtonElement)) return
  const buttons = [...event.currentTarget.querySelectorAll('button:not([data-aside])')]
  const next = buttons[buttons.indexOf(event.target) + step]
  event.preventDefault()
  if (next instanceof HTMLButtonElement) next.focus()
}
