// The command that opens the health of the data set.
import { store } from '../state/app-state.ts'
import { always, type Command } from '../state/command.ts'

export const seeHealth: Command = {
  id: 'data-set',
  group: 'Review',
  label: 'The health of the data set',
  key: { key: 'q', shift: true },
  when: always,
  run: () => store.set({ dialog: 'data-set' }),
}
