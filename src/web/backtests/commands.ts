// The commands of backtests: their view, their calls on the charts, and stepping from call to call.
import { store } from '../state/app-state.ts'
import type { Command } from '../state/command.ts'
import { hasTested, stepTested } from './go-there.ts'

const LOOK_FIRST = 'Look at a backtest that is done first (Shift B).'

export const seeBacktests: Command = {
  id: 'backtests',
  group: 'Learn and watch',
  label: 'Backtests over stored spans',
  key: { key: 'b', shift: true },
  when: ({ models, backtests }) =>
    backtests.length > 0 || models.some(({ checkpoints }) => checkpoints.length > 0),
  otherwise: 'There is no checkpoint yet: train a model first (T).',
  run: () => store.set({ dialog: 'backtests' }),
}
export const showTested: Command = {
  id: 'tested',
  group: 'Learn and watch',
  label: 'Show or hide the backtest’s calls',
  key: { key: 'm', shift: true },
  when: hasTested,
  otherwise: LOOK_FIRST,
  run: () => store.set({ showsTested: !store.get().showsTested }),
}
const nextTested: Command = {
  id: 'next-tested',
  group: 'Learn and watch',
  label: 'The backtest’s next call',
  key: { key: 'j', shift: true },
  when: hasTested,
  otherwise: LOOK_FIRST,
  run: () => void stepTested(1),
}
const lastTested: Command = {
  id: 'last-tested',
  group: 'Learn and watch',
  label: 'The backtest’s call before',
  key: { key: 'k', shift: true },
  when: hasTested,
  otherwise: LOOK_FIRST,
  run: () => void stepTested(-1),
}

export const BACKTEST_COMMANDS: readonly Command[] = [seeBacktests, showTested, nextTested, lastTested]
