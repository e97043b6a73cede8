// The commands of reviewing: spans that were looked through, and what a training got wrong.
import { store } from '../state/app-state.ts'
import { always, type Command } from '../state/command.ts'
import { CALL_COMMANDS } from './call-commands.ts'
import { selectedCall, stepCall } from './calls.ts'
import { currentEarly, moveEntryHere } from './early.ts'
import { confirmHold, currentMiss, stepMiss } from './misses.ts'
import { markReviewed } from './spans.ts'

const group = 'Review'

/** Through the calls while one is selected, else through the misses. */
function step(delta: 1 | -1): void {
  void (selectedCall(store.get()) === null ? stepMiss(delta) : stepCall(delta))
}

export const reviewSpan: Command = {
  id: 'reviewed',
  group,
  label: 'Start or end a reviewed span',
  key: { key: 'r' },
  when: ({ market }) => market !== null,
  run: markReviewed,
}
export const nextMiss: Command = {
  id: 'next',
  group,
  label: 'Next missed annotation or false call; of a selected call the next',
  key: { key: 'n' },
  when: always,
  run: () => step(1),
}
const previousMiss: Command = {
  id: 'previous',
  group,
  label: 'Previous one',
  key: { key: 'p' },
  when: always,
  run: () => step(-1),
}
export const sayHold: Command = {
  id: 'hold',
  group,
  label: 'It is HOLD',
  key: { key: 'x' },
  when: () => currentMiss() !== null,
  otherwise: 'Step to a missed annotation or a false call first: N.',
  run: confirmHold,
}
export const moveEntry: Command = {
  id: 'move-entry',
  group,
  label: 'The call came early: move my entry to it',
  key: { key: 'w', shift: true },
  when: (state) => currentEarly(state) !== null,
  otherwise: 'No call is looked at that came shortly before an entry of yours.',
  run: moveEntryHere,
}

export const REVIEW_COMMANDS: readonly Command[] = [
  reviewSpan,
  nextMiss,
  previousMiss,
  sayHold,
  moveEntry,
  ...CALL_COMMANDS,
]
