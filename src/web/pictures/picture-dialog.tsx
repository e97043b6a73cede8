// Ctrl S: the chart in hand as a picture or as numbers.
import { closeDialog, Dialog, DialogHead } from '../controls/dialog.tsx'
import { useApp } from '../state/app-state.ts'
import { saveChart, type Kind } from './chart-picture.ts'

const KINDS: readonly (readonly [kind: Kind, name: string, about: string])[] = [
  ['png', 'PNG', 'as it is on the screen, with everything drawn over it'],
  ['svg', 'SVG', 'its candles, volume and marks, to be scaled'],
  ['csv', 'CSV', 'the candles in view, as numbers'],
]

export function PictureDialog() {
  const name = useApp((state) => state.intervals[state.focused].name)
  const save = (kind: Kind) => {
    closeDialog()
    void saveChart(kind)
  }
  return (
    <Dialog name="picture" label="Save the chart" className="narrow" takesFocus>
      <DialogHead title={`Save the ${name} chart`} />
      {KINDS.map(([kind, word, about]) => (
        <button key={kind} className="key-row" onClick={() => save(kind)}>
          <b>{word}</b>
          <span className="dim small-text">{about}</span>
        </button>
      ))}
    </Dialog>
  )
}
