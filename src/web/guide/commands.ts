// The command that opens the guide.
import { store } from '../state/app-state.ts'
import { always, type Command } from '../state/command.ts'

export const showGuide: Command = {
  id: 'guide',
  group: 'Page',
  label: 'The guide',
  key: { key: 'h', shift: true },
  when: always,
  run: () => store.set({ dialog: 'guide' }),
}
