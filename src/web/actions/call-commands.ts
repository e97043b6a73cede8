// The commands of judging a call of a live session that is selected.
import { store, type AppState } from '../state/app-state.ts'
import type { Command } from '../state/command.ts'
import { judgeSelected, selectedCall, showNewestCall } from './calls.ts'

const group = 'Review'
const SELECT_FIRST = 'Select a call first: Shift V, or click it in the list of calls.'
const isSelected = (state: AppState) => selectedCall(state) !== null

export const seeCall: Command = {
  id: 'call-seen',
  group,
  label: 'The selected call, else the newest: what it saw',
  key: { key: 'v', shift: true },
  when: ({ followed }) => followed.length > 0,
  otherwise: 'No call was made in this market yet, or none before the cursor.',
  run: () => void showNewestCall(),
}
export const callHold: Command = {
  id: 'call-hold',
  group,
  label: 'The selected call: it is HOLD',
  key: { key: 'x', shift: true },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: () => judgeSelected('hold'),
}
export const callRight: Command = {
  id: 'call-right',
  group,
  label: 'The selected call: right, I’d have taken it',
  key: { key: 'a', shift: true },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: () => judgeSelected('right'),
}
export const callOtherSide: Command = {
  id: 'call-other-side',
  group,
  label: 'The selected call: wrong direction',
  key: { key: 's', shift: true },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: () => judgeSelected('other_side'),
}
export const callTakeBack: Command = {
  id: 'call-take-back',
  group,
  label: 'Take back what was said of the selected call',
  key: { key: 'z', shift: true },
  when: (state) => (selectedCall(state)?.verdict ?? null) !== null,
  otherwise: () =>
    selectedCall(store.get()) === null ? SELECT_FIRST : 'Nothing was said of the selected call yet.',
  run: () => judgeSelected(null),
}

export const CALL_COMMANDS: readonly Command[] = [seeCall, callHold, callRight, callOtherSide, callTakeBack]
