// What the first run does for the newcomer: brings a large move into view, and trains the model that is ready soonest.
import { knownUntil, moveCursor } from '../actions/cursor.ts'
import { board } from '../charts/board.ts'
import { say, store } from '../state/app-state.ts'
import { focusOn } from '../state/focus.ts'
import { changeDraft, startTraining } from '../training/draft.ts'
import { largestMove } from './large-move.ts'

/** Puts the cursor where the largest move begins among the loaded minutes in which a test case can stand and no mark does. */
export async function showLargeMove(): Promise<void> {
  const { annotations, market } = store.get()
  const legs = annotations.flatMap(({ entry, exit }) => [entry, exit])
  const move = largestMove(board.pane('1m')?.window.rows ?? [], {
    spans: (market?.test_case_spans ?? []).map(({ from, to }) => ({
      from: Date.parse(from),
      to: Date.parse(to),
    })),
    taken: legs.map(({ timestamp }) => Date.parse(timestamp)),
    known: knownUntil(),
  })
  if (move === null)
    return say('Among the minutes that are loaded no move is left: scroll the 1m chart back.')
  await moveCursor(move.from)
  // Keys are the charts' from here on: Enter saves a mark, where it would press the button again.
  focusOn(`chart-${store.get().focused}`)
}

export async function trainInstant(): Promise<void> {
  changeDraft({ model: 'instant' })
  await startTraining()
}
