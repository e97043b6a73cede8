// The commands of the data set: its health, and looking again, blind, at what was labelled.
import { store, type AppState } from '../state/app-state.ts'
import { always, type Command, type Mode } from '../state/command.ts'
import { answerLook, leaveLooks, lookAgain, skipLook } from './second-look.ts'

const group = 'A second look, while asked'
const LOOK_FIRST = 'Begin a second look first: Shift R.'

/** A mark or a span in hand has the keys for itself, and so has what is asked meanwhile. */
function isOn({ secondLook, suggesting, like, mark, spanStart }: AppState): boolean {
  return secondLook !== null && suggesting === null && like === null && mark === null && spanStart === null
}

const otherwise = ({ secondLook }: AppState): string | null => (secondLook === null ? LOOK_FIRST : null)

export const seeHealth: Command = {
  id: 'data-set',
  group: 'Review',
  label: 'The health of the data set',
  key: { key: 'q', shift: true },
  when: always,
  run: () => store.set({ dialog: 'data-set' }),
}
export const lookAgainBlind: Command = {
  id: 'second-look',
  group: 'Review',
  label: 'Look again, blind, at what you labelled',
  key: { key: 'r', shift: true },
  // Marks that are hidden now are labelled, too.
  when: ({ mark, spanStart }) => mark === null && spanStart === null && hasLabels(store.get()),
  otherwise: ({ mark, spanStart }) =>
    mark === null && spanStart === null
      ? 'Nothing is labelled yet: make marks first.'
      : 'Save or drop what is in hand first.',
  run: () => void lookAgain(),
}
export const sayLong: Command = {
  id: 'second-look-long',
  group,
  label: 'LONG: I would buy here',
  key: { key: 'l' },
  when: isOn,
  otherwise,
  run: () => void answerLook('LONG'),
}
export const sayShort: Command = {
  id: 'second-look-short',
  group,
  label: 'SHORT: I would sell here',
  key: { key: 's' },
  when: isOn,
  otherwise,
  run: () => void answerLook('SHORT'),
}
export const sayHold: Command = {
  id: 'second-look-hold',
  group,
  label: 'HOLD: I would do nothing',
  key: { key: 'x' },
  when: isOn,
  otherwise,
  run: () => void answerLook('HOLD'),
}
export const skipAgain: Command = {
  id: 'second-look-skip',
  group,
  label: 'Skip it',
  key: { key: 'n' },
  when: isOn,
  otherwise,
  run: () => void skipLook(),
}
export const leaveAgain: Command = {
  id: 'second-look-leave',
  group,
  label: 'Leave, and go back to where you were',
  key: { key: 'Escape' },
  when: ({ secondLook }) => secondLook !== null,
  otherwise,
  run: () => void leaveLooks(),
}

function hasLabels({ annotations, reviewed }: AppState): boolean {
  return annotations.length > 0 || reviewed.length > 0
}

export const SECOND_LOOK_MODE: Mode = {
  group,
  isOn,
  commands: [sayLong, sayShort, sayHold, skipAgain, leaveAgain],
}
