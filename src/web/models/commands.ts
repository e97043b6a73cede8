// The command that opens the view of models.
import { store } from '../state/app-state.ts'
import type { Command } from '../state/command.ts'

export const seeModels: Command = {
  id: 'models',
  group: 'Learn and watch',
  label: 'Models: checkpoints, what goes live',
  key: { key: 'u', shift: true },
  when: ({ models }) => models.some(({ checkpoints }) => checkpoints.length > 0),
  otherwise: 'There is no checkpoint yet: train a model first (T).',
  run: () => store.set({ dialog: 'models' }),
}
