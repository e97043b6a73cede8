// Shift B: checkpoints run over stored spans; started, watched, and read.
import { useState } from 'react'
import { toggleFuture } from '../actions/cursor.ts'
import { walkButtons } from '../controls/arrow-focus.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { Dialog, DialogHead } from '../controls/dialog.tsx'
import { attempt, useApp, useWhole } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { useSelected } from '../state/store.ts'
import { BacktestForm } from './backtest-form.tsx'
import { BacktestResult } from './backtest-result.tsx'
import { BacktestRow } from './backtest-row.tsx'
import { ask, backtestView } from './backtest-view.ts'
import { showTested } from './commands.ts'
import { mayHaveOlder, readOlder } from './keep-backtests.ts'

export function BacktestsDialog() {
  const backtests = useApp((state) => state.backtests)
  const showsTested = useApp((state) => state.showsTested)
  const { isAsking, looked } = useSelected(backtestView, (view) => view)
  const shown = backtests.find(({ id }) => id === looked) ?? backtests[0]
  const asks = isAsking || shown === undefined
  return (
    <Dialog name="backtests" label="Backtests" className="evaluation backtests" takesFocus>
      <DialogHead
        title="Backtests"
        beside={<span className="dim">A checkpoint over stored seconds, by the code that runs live.</span>}
      >
        <CommandButton command={showTested} pressed={showsTested}>
          Calls on the charts <Keycap command={showTested} />
        </CommandButton>
      </DialogHead>
      <HiddenNote />
      <div className="backtests-body">
        <nav className="backtest-list" aria-label="Backtests so far" onKeyDown={walkButtons}>
          <button className="quiet-button new" aria-pressed={asks} onClick={() => ask()}>
            + New backtest
          </button>
          {backtests.map((one) => (
            <BacktestRow key={one.id} backtest={one} isShown={!asks && one === shown} />
          ))}
          <Older />
        </nav>
        {asks ? <BacktestForm /> : <BacktestResult key={shown.id} backtest={shown} />}
      </div>
    </Dialog>
  )
}

/** Figures of a span that goes on past the cursor tell of what is hidden. */
function HiddenNote() {
  const isHidden = useApp(({ cursor }) => isBlind(cursor))
  const kept = useApp((state) => state.backtests.length)
  const all = useWhole((state) => state.backtests.length)
  if (!isHidden || kept === all) return null
  const hidden = all - kept
  return (
    <p className="warn-line hidden-note" role="status">
      The future is hidden, and {hidden === 1 ? 'one backtest goes' : `${hidden} backtests go`} on past the
      cursor: what came of {hidden === 1 ? 'it' : 'them'} would tell of it.{' '}
      <button className="quiet-button" onClick={toggleFuture}>
        Show the future <kbd>H</kbd>
      </button>
    </p>
  )
}

function Older() {
  const backtests = useWhole((state) => state.backtests)
  const [isEnd, end] = useState(false)
  if (isEnd || !mayHaveOlder(backtests)) return null
  const more = async () => {
    await attempt(async () => end(!(await readOlder())))
  }
  return (
    <button className="quiet-button" onClick={() => void more()}>
      Older ones
    </button>
  )
}
