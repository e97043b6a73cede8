// The commands of suggestions: asking for one, and the answers, which hold while one is asked.
import { store, type AppState } from '../state/app-state.ts'
import type { Command, Mode } from '../state/command.ts'
import { adjustAnswered, answer, lastMark, leave, suggest } from './suggest.ts'

const group = 'A suggestion, while asked'
const ASK_FIRST = 'Ask for a suggestion first: Shift N.'

/** A mark or a span in hand has the keys for itself. */
function isOn({ suggesting, mark, spanStart }: AppState): boolean {
  return suggesting !== null && mark === null && spanStart === null
}

/** While the next one is being looked for, an answer would be to nothing. */
function isAsked(state: AppState): boolean {
  return isOn(state) && state.suggesting?.question != null
}

const otherwise = ({ suggesting }: AppState): string | null => (suggesting === null ? ASK_FIRST : null)

export const askSuggestion: Command = {
  id: 'suggest',
  group: 'Review',
  label: 'Suggest moments worth an answer',
  key: { key: 'n', shift: true },
  // Marks that are hidden now are learnt from, too.
  when: () => store.get().annotations.length > 0,
  otherwise: 'Suggestions are learnt from marks: make one first.',
  run: suggest,
}
export const acceptSuggestion: Command = {
  id: 'suggestion-accept',
  group,
  label: 'Accept: a mark that enters there',
  key: { key: 'a' },
  when: isAsked,
  otherwise,
  run: () => void answer('accept'),
}
export const holdSuggestion: Command = {
  id: 'suggestion-hold',
  group,
  label: 'It is HOLD',
  key: { key: 'x' },
  when: isAsked,
  otherwise,
  run: () => void answer('hold'),
}
export const turnSuggestion: Command = {
  id: 'suggestion-turn',
  group,
  label: 'The other side',
  key: { key: 'a', shift: true },
  when: isAsked,
  otherwise,
  run: () => void answer('other_side'),
}
export const skipSuggestion: Command = {
  id: 'suggestion-skip',
  group,
  label: 'Skip it: it is not asked again',
  key: { key: 'n' },
  when: isAsked,
  otherwise,
  run: () => void answer('skip'),
}
const adjustLast: Command = {
  id: 'suggestion-adjust',
  group,
  label: 'Adjust the mark of the answer before',
  key: { key: 'm' },
  when: (state) => isOn(state) && lastMark() !== null,
  otherwise: (state) => otherwise(state) ?? 'The answer before left no mark.',
  run: adjustAnswered,
}
export const leaveSuggestions: Command = {
  id: 'suggestion-leave',
  group,
  label: 'Skip it and go back to where you were',
  key: { key: 'Escape' },
  when: () => store.get().suggesting !== null,
  otherwise,
  run: () => void leave(),
}

export const SUGGESTION_MODE: Mode = {
  group,
  isOn,
  commands: [acceptSuggestion, holdSuggestion, turnSuggestion, skipSuggestion, adjustLast, leaveSuggestions],
}
