// Every action of the page as a command with its key: what the keyboard does, what the ? sheet lists and runs.
import {
  adjustSelected,
  placeAtCursor,
  saveMark,
  setDirection,
  step,
  switchLeg,
  undo,
} from '../actions/marking.ts'
import { remove, selectBeside, toggleChosen } from '../actions/annotations.ts'
import { openComparison, openValidation } from '../actions/compare.ts'
import { goLive, goToFirst, toggleFuture, toggleLink } from '../actions/cursor.ts'
import { confirmHold, stepMiss } from '../actions/misses.ts'
import { markReviewed } from '../actions/spans.ts'
import { showCase, toggleMaximised, zoomFocused, focusChart, escape } from '../actions/view.ts'
import { store } from '../state/app-state.ts'
import { fetchMissing } from '../history/history-store.ts'
import { toggleDepth, toggleMerged } from '../depth/depth-store.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../state/timeframes.ts'
import type { Key } from './match.ts'

export interface Command extends Key {
  readonly id: string
  readonly group: 'Mark' | 'Move' | 'Look' | 'Review' | 'Learn and watch' | 'Page'
  readonly label: string
  /** The key as it is written on the sheet. */
  readonly keys: string
  readonly run: () => void
}

/** Presses a panel's own button, so that key and click are the same thing. */
function press(id: string): () => void {
  return () => {
    const element = document.getElementById(id)
    if (element instanceof HTMLButtonElement) element.click()
    else element?.focus()
  }
}

function removeSelected(): void {
  const { selected } = store.get()
  if (selected !== null) void remove(selected)
}

const moves: readonly [string, string, number, Partial<Key>][] = [
  ['1 second', '', SECOND, {}],
  ['1 minute', 'Shift ', MINUTE, { shift: true }],
  ['1 hour', 'Ctrl ', HOUR, { ctrl: true }],
  ['1 day', 'Ctrl Shift ', DAY, { ctrl: true, shift: true }],
]

export const COMMANDS: readonly Command[] = [
  command(
    'Mark',
    'place',
    'Place entry, then exit, at the cursor',
    'A',
    { key: 'a' },
    () => void placeAtCursor(),
  ),
  command('Mark', 'save', 'Save the mark', 'Enter', { key: 'Enter' }, () => void saveMark()),
  command(
    'Mark',
    'cancel',
    'Cancel the mark, close what is open',
    'Esc',
    { key: 'Escape', anywhere: true },
    escape,
  ),
  command('Mark', 'leg', 'Arrows move the entry or the exit', 'E', { key: 'e' }, switchLeg),
  command('Mark', 'long', 'Make it a long', 'B', { key: 'b' }, () => setDirection('LONG')),
  command('Mark', 'short', 'Make it a short', 'S', { key: 's' }, () => setDirection('SHORT')),
  command('Mark', 'undo', 'Undo', 'Ctrl Z', { key: 'z', ctrl: true }, () => void undo()),
  command('Mark', 'up', 'Select the annotation above', '↑', { key: 'ArrowUp' }, () => void selectBeside(-1)),
  command(
    'Mark',
    'down',
    'Select the annotation below',
    '↓',
    { key: 'ArrowDown' },
    () => void selectBeside(1),
  ),
  command('Mark', 'adjust', 'Adjust entry and exit of the selected one', 'M', { key: 'm' }, adjustSelected),
  command('Mark', 'notes', 'Write notes and tags of the selected one', 'O', { key: 'o' }, press('notes')),
  command('Mark', 'choose', 'Choose it for a training, or not', 'C', { key: 'c' }, () =>
    toggleChosen(store.get().selected),
  ),
  command('Mark', 'delete', 'Delete the selected annotation', 'Del', { key: 'Delete' }, removeSelected),
  command('Mark', 'case', 'View its test case', 'V', { key: 'v' }, showCase),
  ...moves.flatMap(([label, prefix, delta, modifiers]) => [
    command(
      'Move',
      `back-${delta}`,
      `Back ${label}`,
      `${prefix}←`,
      { key: 'ArrowLeft', ...modifiers },
      () => void step(-delta),
    ),
    command(
      'Move',
      `on-${delta}`,
      `On ${label}`,
      `${prefix}→`,
      { key: 'ArrowRight', ...modifiers },
      () => void step(delta),
    ),
  ]),
  command(
    'Move',
    'live',
    'To the newest second, and along with it',
    'End',
    { key: 'End' },
    () => void goLive(),
  ),
  command(
    'Move',
    'first',
    'To the first second a test case can stand on',
    'Home',
    { key: 'Home' },
    () => void goToFirst(),
  ),
  command('Move', 'go', 'Go to a time', 'G', { key: 'g' }, () => store.set({ dialog: 'go' })),
  command('Look', 'markets', 'Another market, another exchange', 'Ctrl K', { key: 'k', ctrl: true }, () =>
    store.set({ dialog: 'markets' }),
  ),
  command('Look', 'fetch', 'Fetch what is missing in view', 'W', { key: 'w' }, fetchMissing),
  command('Look', 'hide', 'Hide or show the future', 'H', { key: 'h' }, toggleFuture),
  command('Look', 'chart-1s', '1s chart', '1', { key: '1' }, () => focusChart('1s')),
  command('Look', 'chart-1m', '1m chart', '2', { key: '2' }, () => focusChart('1m')),
  command('Look', 'chart-1h', '1h chart', '3', { key: '3' }, () => focusChart('1h')),
  command('Look', 'chart-1d', '1d chart', '4', { key: '4' }, () => focusChart('1d')),
  command('Look', 'maximise', 'One chart large, or all four', 'F', { key: 'f' }, toggleMaximised),
  command('Look', 'zoom-in', 'Zoom in', '+', { key: '+', anyShift: true }, () => zoomFocused(0.75)),
  command('Look', 'zoom-out', 'Zoom out', '−', { key: '-' }, () => zoomFocused(1 / 0.75)),
  command('Look', 'depth', 'Show or hide the order book', 'D', { key: 'd' }, toggleDepth),
  command(
    'Look',
    'merged',
    'One venue’s order book, or all as one',
    'Shift D',
    { key: 'd', shift: true },
    toggleMerged,
  ),
  command('Look', 'link', 'Charts move together, or alone', 'L', { key: 'l' }, toggleLink),
  command('Review', 'reviewed', 'Start or end a reviewed span', 'R', { key: 'r' }, () => void markReviewed()),
  command(
    'Review',
    'next',
    'Next missed annotation or false call',
    'N',
    { key: 'n' },
    () => void stepMiss(1),
  ),
  command('Review', 'previous', 'Previous one', 'P', { key: 'p' }, () => void stepMiss(-1)),
  command('Review', 'hold', 'It is HOLD', 'X', { key: 'x' }, () => void confirmHold()),
  command('Learn and watch', 'train', 'Train Model', 'T', { key: 't' }, press('train')),
  command(
    'Learn and watch',
    'cancel-training',
    'Cancel the training',
    'Shift T',
    { key: 't', shift: true },
    press('cancel-training'),
  ),
  command(
    'Learn and watch',
    'pause',
    'Pause or resume the training',
    'Y',
    { key: 'y' },
    press('pause-training'),
  ),
  command('Learn and watch', 'validation', 'The validation in full', 'J', { key: 'j' }, openValidation),
  command('Learn and watch', 'compare', 'Runs side by side', 'U', { key: 'u' }, openComparison),
  command('Learn and watch', 'infer', 'Start or stop live inference', 'I', { key: 'i' }, press('infer')),
  command('Page', 'list', 'To the list', 'Q', { key: 'q' }, press('list')),
  command('Page', 'keys', 'This sheet', '?', { key: '?', anyShift: true }, () =>
    store.set({ dialog: 'keys' }),
  ),
]

function command(
  group: Command['group'],
  id: string,
  label: string,
  keys: string,
  key: Key,
  run: () => void,
): Command {
  return { group, id, label, keys, run, ...key }
}
