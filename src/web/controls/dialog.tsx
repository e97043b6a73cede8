// A dialog of the page: modal, named in the state, closed by Esc or its button.
import { useEffect, useRef, type ReactNode } from 'react'
import { store, type Dialog as Name } from '../state/app-state.ts'

interface DialogProps {
  readonly name: NonNullable<Name>
  /** What a screen reader calls it. */
  readonly label: string
  /** Of its size and inside. */
  readonly className: string
  /** Whether it takes the focus itself; else the field to search in has it, or the first that can. */
  readonly takesFocus?: boolean
  readonly children: ReactNode
}

export function Dialog({ name, label, className, takesFocus = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    // A button before the field would have it.
    const first = takesFocus ? dialog.current : dialog.current?.querySelector<HTMLElement>('.search')
    first?.focus()
  }, [takesFocus])
  const forget = () => {
    if (store.get().dialog === name) closeDialog()
  }
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      {...(takesFocus ? { tabIndex: -1 } : {})}
      onClose={forget}
      aria-label={label}
    >
      {children}
    </dialog>
  )
}

interface DialogHeadProps {
  readonly title: string
  /** Beside the title. */
  readonly beside?: ReactNode
  /** Beside the button that closes. */
  readonly children?: ReactNode
}

export function DialogHead({ title, beside, children }: DialogHeadProps) {
  return (
    <header className="dialog-head">
      <h2>{title}</h2>
      {beside}
      <span className="top-space" />
      {children}
      <CloseButton />
    </header>
  )
}

export function CloseButton() {
  return (
    <button type="button" className="quiet-button" onClick={closeDialog}>
      Close <kbd>Esc</kbd>
    </button>
  )
}

export function closeDialog(): void {
  store.set({ dialog: null })
}
