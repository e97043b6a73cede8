// Every command of the page, in the order of the ? sheet: what the keyboard does, what the sheet lists and runs.
import { LEARN_COMMANDS } from '../actions/learn-commands.ts'
import { CHART_COMMANDS, LINK_COMMANDS, MARKET_COMMANDS } from '../actions/look-commands.ts'
import { MARK_COMMANDS } from '../actions/mark-commands.ts'
import { MOVE_COMMANDS } from '../actions/move-commands.ts'
import { PLAY_COMMANDS } from '../actions/play-commands.ts'
import { REVIEW_COMMANDS } from '../actions/review-commands.ts'
import { BACKTEST_COMMANDS } from '../backtests/commands.ts'
import { lookAgainBlind, SECOND_LOOK_MODE, seeHealth } from '../data-set/commands.ts'
import { DEPTH_COMMANDS } from '../depth/commands.ts'
import { showGuide } from '../guide/commands.ts'
import { savePicture } from '../pictures/commands.ts'
import { fetchInView } from '../history/commands.ts'
import { seeModels } from '../models/commands.ts'
import { store } from '../state/app-state.ts'
import { always, type Command, type Mode } from '../state/command.ts'
import { focusOn } from '../state/focus.ts'
import { findLike, LIKE_MODE } from '../similar/commands.ts'
import { askSuggestion, SUGGESTION_MODE } from '../suggestions/commands.ts'
import { trainModel } from '../training/commands.ts'

const toList: Command = {
  id: 'list',
  group: 'Page',
  label: 'To the list',
  key: { key: 'q' },
  when: always,
  run: () => focusOn('list'),
}
const searchList: Command = {
  id: 'search',
  group: 'Page',
  label: 'Search the list',
  key: { key: '/', anyShift: true },
  when: always,
  run: () => {
    store.set({ tab: 'annotations' })
    // The field stands on the page once the tab is shown.
    requestAnimationFrame(() => focusOn('search'))
  },
}
export const showKeys: Command = {
  id: 'keys',
  group: 'Page',
  label: 'This sheet',
  key: { key: '?', anyShift: true },
  when: always,
  run: () => store.set({ dialog: 'keys' }),
}

export const COMMANDS: readonly Command[] = [
  ...MARK_COMMANDS,
  ...MOVE_COMMANDS,
  ...PLAY_COMMANDS,
  ...MARKET_COMMANDS,
  fetchInView,
  ...CHART_COMMANDS,
  savePicture,
  ...DEPTH_COMMANDS,
  ...LINK_COMMANDS,
  ...REVIEW_COMMANDS,
  askSuggestion,
  findLike,
  seeHealth,
  lookAgainBlind,
  trainModel,
  ...LEARN_COMMANDS,
  seeModels,
  ...BACKTEST_COMMANDS,
  toList,
  searchList,
  showGuide,
  showKeys,
]

/** What has its keys before the others while it holds, at the end of the sheet. */
export const MODES: readonly Mode[] = [SUGGESTION_MODE, LIKE_MODE, SECOND_LOOK_MODE]
