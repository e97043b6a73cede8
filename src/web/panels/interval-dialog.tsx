// 5 and 6: how long the candles of the third and the fourth chart are, typed or chosen.
import { useEffect, useRef, useState } from 'react'
import { chooseInterval } from '../actions/view.ts'
import { closeDialog, Dialog } from '../controls/dialog.tsx'
import { useApp } from '../state/app-state.ts'
import { OFFERED, type FreePlace } from '../state/interval.ts'

const NAMES: Readonly<Record<FreePlace, 'third' | 'fourth'>> = { '1h': 'third', '1d': 'fourth' }

export function IntervalDialog({ place }: { place: FreePlace }) {
  const shown = useApp((state) => state.intervals[place].name)
  const [text, setText] = useState(shown)
  const [error, setError] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const choose = (wanted: string) => {
    const refusal = chooseInterval(place, wanted)
    setError(refusal)
    if (refusal === null) closeDialog()
  }
  return (
    <Dialog name={NAMES[place]} label={`Timeframe of the ${NAMES[place]} chart`} className="narrow">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          choose(text)
        }}
      >
        <label className="field">
          <span>Timeframe of the {NAMES[place]} chart: any whole multiple, such as 5m, 90m, 4h</span>
          <input
            ref={field}
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
        <div className="chips">
          {OFFERED.map((name) => (
            <button
              key={name}
              type="button"
              className="chip"
              aria-pressed={name === shown}
              onClick={() => choose(name)}
            >
              {name}
            </button>
          ))}
        </div>
        <div className="button-row">
          <button className="primary small">
            Show <kbd>↵</kbd>
          </button>
          <button type="button" className="quiet-button" onClick={closeDialog}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  )
}
