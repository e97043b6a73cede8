// The commands of playing the past with the future hidden.
import type { AppState } from '../state/app-state.ts'
import type { Command } from '../state/command.ts'
import { isBlind } from '../state/horizon.ts'
import { changeSpeed, togglePlay } from './play.ts'

const group = 'Move'
const when = ({ cursor }: AppState) => isBlind(cursor)
const otherwise = 'Hide the future first (H): then the past is played from the cursor on.'

export const play: Command = {
  id: 'play',
  group,
  label: 'With the future hidden: play on, or pause',
  key: { key: ' ' },
  when,
  otherwise,
  run: togglePlay,
}
export const faster: Command = {
  id: 'faster',
  group,
  label: 'Play faster, up to 60×',
  key: { key: '.' },
  when,
  otherwise,
  run: () => changeSpeed(1),
}
export const slower: Command = {
  id: 'slower',
  group,
  label: 'Play slower',
  key: { key: ',' },
  when,
  otherwise,
  run: () => changeSpeed(-1),
}

export const PLAY_COMMANDS: readonly Command[] = [play, faster, slower]
