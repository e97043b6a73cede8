// G: go to a time, typed in the zone that is shown, or by how much after or before the cursor.
import { useEffect, useRef, useState } from 'react'
import { goTo } from '../actions/step-mark.ts'
import { closeDialog, Dialog } from '../controls/dialog.tsx'
import { inOrder } from '../state/in-order.ts'
import { parseTime, timeAfter, timeTrouble, typedTime } from '../state/typed-time.ts'
import { shownZone } from '../state/zone.ts'
import { store } from '../state/app-state.ts'

export function GoTo() {
  const day = store.get().cursor.time ?? 0
  const [text, setText] = useState(typedTime(day))
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  // What is typed takes the place of what stands there.
  useEffect(() => field.current?.select(), [])
  const go = () => {
    const time = timeAfter(text, day) ?? parseTime(text, day)
    if (Number.isNaN(time)) return setError(timeTrouble(text, day))
    closeDialog()
    inOrder(() => goTo(time))
  }
  return (
    <Dialog name="go" label="Go to a time" className="narrow">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          go()
        }}
      >
        <label className="field">
          <span>Go to, {shownZone()}</span>
          <input
            ref={field}
            autoFocus
            value={text}
            onChange={(event) => setText(event.target.value)}
            spellCheck={false}
          />
        </label>
        <p className="dim small-text">+45 or −1:30: so long after the cursor, or before it.</p>
        {error !== null && (
          <p className="warn-line" role="alert">
            {error}
          </p>
        )}
        <div className="button-row">
          <button className="primary small">
            Go <kbd>↵</kbd>
          </button>
          <button type="button" className="quiet-button" onClick={closeDialog}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}
