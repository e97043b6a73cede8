// The commands of moments like this: finding them, and stepping through them while the strip is there.
import type { AppState } from '../state/app-state.ts'
import { momentOf } from '../state/asking.ts'
import type { Command, Mode } from '../state/command.ts'
import { findLikeThis, holdMoment, leaveLike, stepMoment } from './like.ts'

const group = 'Moments like this, while shown'
const FIND_FIRST = 'Find moments like a mark, a call or the cursor first: Shift F.'

/** A mark or a span in hand has the keys for itself, and so has a suggestion. */
function isOn({ like, suggesting, mark, spanStart }: AppState): boolean {
  return like !== null && suggesting === null && mark === null && spanStart === null
}

const otherwise = ({ like }: AppState): string | null => (like === null ? FIND_FIRST : null)

export const findLike: Command = {
  id: 'like',
  group: 'Review',
  label: 'Find moments like this one',
  key: { key: 'f', shift: true },
  when: ({ suggesting, market }) => suggesting === null && market !== null,
  otherwise: ({ suggesting }) => (suggesting === null ? null : 'Leave the suggestions first: Esc.'),
  run: () => void findLikeThis(),
}
export const nextMoment: Command = {
  id: 'like-next',
  group,
  label: 'The next one',
  key: { key: 'n' },
  when: isOn,
  otherwise,
  run: () => void stepMoment(1),
}
export const previousMoment: Command = {
  id: 'like-previous',
  group,
  label: 'The one before',
  key: { key: 'p' },
  when: isOn,
  otherwise,
  run: () => void stepMoment(-1),
}
export const holdLike: Command = {
  id: 'like-hold',
  group,
  label: 'It is HOLD for all that',
  key: { key: 'x' },
  when: (state) => isOn(state) && momentOf(state.like) !== null,
  otherwise: ({ like }) => (like === null ? FIND_FIRST : 'Step to one of the moments first: N.'),
  run: () => void holdMoment(),
}
export const leaveMoments: Command = {
  id: 'like-leave',
  group,
  label: 'Go back to where you were',
  key: { key: 'Escape' },
  when: ({ like }) => like !== null,
  otherwise,
  run: () => void leaveLike(),
}

export const LIKE_MODE: Mode = {
  group,
  isOn,
  commands: [nextMoment, previousMoment, holdLike, leaveMoments],
}
