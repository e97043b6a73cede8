// A button that does what a command does, and says its key.
import type { ReactNode } from 'react'
import { keyText, perform, type Command } from '../state/command.ts'

interface CommandButtonProps {
  readonly command: Command
  /** Of the element, where other things find it. */
  readonly id?: string
  /** In words, before its key: where the button's own words do not say it. */
  readonly title?: string
  /** In words for who does not see what it shows. */
  readonly label?: string
  readonly className?: string
  readonly disabled?: boolean
  readonly pressed?: boolean
  readonly opensDialog?: boolean
  /** Of what runs before the command: what it is about. */
  readonly before?: () => void
  readonly children?: ReactNode
}

export function CommandButton({ command, title, label, before, children, ...look }: CommandButtonProps) {
  return (
    <button
      id={look.id}
      type="button"
      className={look.className ?? 'quiet-button'}
      disabled={look.disabled}
      title={title === undefined ? undefined : `${title} (${keyText(command.key)})`}
      aria-pressed={look.pressed}
      aria-haspopup={look.opensDialog === true ? 'dialog' : undefined}
      onClick={() => {
        before?.()
        perform(command)
      }}
    >
      {label !== undefined && <span className="unseen">{label} </span>}
      {children ?? command.label}
    </button>
  )
}

/** The key of a command, as a cap. */
export function Keycap({ command }: { command: Command }) {
  return <kbd>{keyText(command.key)}</kbd>
}
