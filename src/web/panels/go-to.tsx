// G: go to a time, typed in UTC.
import { useEffect, useRef, useState } from 'react'
import { moveCursor } from '../actions/cursor.ts'
import { dateTime, parseUtc } from '../app/format.ts'
import { store } from '../app/state.ts'

export function GoTo() {
  const dialog = useRef<HTMLDialogElement>(null)
  const day = store.get().cursor.time ?? 0
  const [text, setText] = useState(dateTime(day))
  const [error, setError] = useState<string | null>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const go = () => {
    const time = parseUtc(text, day)
    if (Number.isNaN(time))
      return setError('Write a time as 2024-08-09 00:00:05 (UTC), or 00:00:05 for the cursor’s day.')
    store.set({ dialog: null })
    void moveCursor(time)
  }
  return (
    <dialog ref={dialog} className="dialog narrow" onClose={closeOwn} aria-label="Go to a time">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          go()
        }}
      >
        <label className="field">
          <span>Go to, UTC</span>
          <input
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
            spellCheck={false}
          />
        </label>
        {error !== null && (
          <p className="warn-line" role="alert">
            {error}
          </p>
        )}
        <div className="button-row">
          <button className="primary small">
            Go <kbd>↵</kbd>
          </button>
          <button type="button" className="quiet-button" onClick={() => store.set({ dialog: null })}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  )
}

function closeOwn(): void {
  if (store.get().dialog === 'go') store.set({ dialog: null })
}
