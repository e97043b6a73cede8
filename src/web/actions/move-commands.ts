// The commands of moving in time: steps of the cursor or of a mark's leg, the newest second, the first, any.
import { always, type Command, type Key } from '../state/command.ts'
import { store } from '../state/app-state.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../state/timeframes.ts'
import { goLive, goToFirst } from './cursor.ts'
import { step } from './step-mark.ts'
import { stepToTurn } from './turn.ts'
import { turnPage } from './view.ts'

const group = 'Move'

const STEPS: readonly (readonly [words: string, ms: number, modifiers: Partial<Key>])[] = [
  ['1 second', SECOND, {}],
  ['1 minute', MINUTE, { shift: true }],
  ['1 hour', HOUR, { ctrl: true }],
  ['1 day', DAY, { ctrl: true, shift: true }],
]

const steps = STEPS.flatMap(([words, ms, modifiers]): Command[] => [
  {
    id: `back-${ms}`,
    group,
    label: `Back ${words}`,
    key: { key: 'ArrowLeft', ...modifiers },
    when: always,
    run: () => step(-ms),
  },
  {
    id: `on-${ms}`,
    group,
    label: `On ${words}`,
    key: { key: 'ArrowRight', ...modifiers },
    when: always,
    run: () => step(ms),
  },
])

const tens = (
  [
    ['Back', 'PageUp', -10],
    ['On', 'PageDown', 10],
  ] as const
).map(([words, key, count]): Command => ({
  id: `ten-${words.toLowerCase()}`,
  group,
  label: `${words} 10 seconds`,
  key: { key },
  when: always,
  run: () => step(count * SECOND),
}))

const turns = (
  [
    ['Back to where the price turned', '7', -1],
    ['On to where it turns next', '8', 1],
  ] as const
).map(([label, key, direction]): Command => ({
  id: `turn-${key}`,
  group,
  label,
  key: { key },
  when: always,
  run: () => stepToTurn(direction),
}))
const pageBack: Command = {
  id: 'page-back',
  group,
  label: 'The chart in hand back by most of what it shows',
  key: { key: 'PageUp', shift: true },
  when: always,
  run: () => turnPage(-1),
}
export const pageOn: Command = {
  id: 'page-on',
  group,
  label: 'The chart in hand on by most of what it shows',
  key: { key: 'PageDown', shift: true },
  when: always,
  run: () => turnPage(1),
}
export const toLive: Command = {
  id: 'live',
  group,
  label: 'To the newest second, and along with it',
  key: { key: 'End' },
  when: always,
  run: () => void goLive(),
}
const toFirst: Command = {
  id: 'first',
  group,
  label: 'To the first second a test case can stand on',
  key: { key: 'Home' },
  when: ({ market }) => (market?.test_case_spans.length ?? 0) > 0,
  otherwise: 'There is no instant yet with 100 candles of every timeframe.',
  run: () => void goToFirst(),
}
const toTime: Command = {
  id: 'go',
  group,
  label: 'Go to a time',
  key: { key: 'g' },
  when: always,
  atOnce: true,
  run: () => store.set({ dialog: 'go' }),
}

export const MOVE_COMMANDS: readonly Command[] = [
  ...steps,
  ...tens,
  ...turns,
  pageBack,
  pageOn,
  toLive,
  toFirst,
  toTime,
]
