// The commands of reviewing: spans that were looked through, and what a training got wrong.
import { always, type Command } from '../state/command.ts'
import { confirmHold, currentMiss, stepMiss } from './misses.ts'
import { markReviewed } from './spans.ts'

const group = 'Review'

export const reviewSpan: Command = {
  id: 'reviewed',
  group,
  label: 'Start or end a reviewed span',
  key: { key: 'r' },
  when: ({ market }) => market !== null,
  run: () => void markReviewed(),
}
export const nextMiss: Command = {
  id: 'next',
  group,
  label: 'Next missed annotation or false call',
  key: { key: 'n' },
  when: always,
  run: () => void stepMiss(1),
}
const previousMiss: Command = {
  id: 'previous',
  group,
  label: 'Previous one',
  key: { key: 'p' },
  when: always,
  run: () => void stepMiss(-1),
}
export const sayHold: Command = {
  id: 'hold',
  group,
  label: 'It is HOLD',
  key: { key: 'x' },
  when: () => currentMiss() !== null,
  otherwise: 'Step to a missed annotation or a false call first: N.',
  run: () => void confirmHold(),
}

export const REVIEW_COMMANDS: readonly Command[] = [reviewSpan, nextMiss, previousMiss, sayHold]
