// The commands of the order book's panel.
import { always, type Command } from '../state/command.ts'
import { toggleDepth, toggleMerged } from './depth-store.ts'

export const showDepth: Command = {
  id: 'depth',
  group: 'Look',
  label: 'Show or hide the order book',
  key: { key: 'd' },
  when: always,
  run: toggleDepth,
}
export const mergeVenues: Command = {
  id: 'merged',
  group: 'Look',
  label: 'One venue’s order book, or all as one',
  key: { key: 'd', shift: true },
  when: always,
  run: toggleMerged,
}

export const DEPTH_COMMANDS: readonly Command[] = [showDepth, mergeVenues]
