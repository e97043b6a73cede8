// The command that starts a training.
import { always, type Command } from '../state/command.ts'
import { startTraining } from './draft.ts'

export const trainModel: Command = {
  id: 'train',
  group: 'Learn and watch',
  label: 'Train Model',
  key: { key: 't' },
  when: always,
  run: () => void startTraining(),
}
