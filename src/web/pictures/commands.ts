// The command that saves a chart.
import { store } from '../state/app-state.ts'
import { always, type Command } from '../state/command.ts'

export const savePicture: Command = {
  id: 'picture',
  group: 'Look',
  label: 'Save the chart: PNG, SVG or CSV',
  key: { key: 's', ctrl: true },
  when: always,
  run: () => store.set({ dialog: 'picture' }),
}
