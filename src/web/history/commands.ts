// The command that fetches history on demand.
import { always, type Command } from '../state/command.ts'
import { fetchMissing } from './history-store.ts'

export const fetchInView: Command = {
  id: 'fetch',
  group: 'Look',
  label: 'Fetch what is missing in view',
  key: { key: 'w' },
  when: always,
  run: fetchMissing,
}
