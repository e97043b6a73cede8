// The commands of marking: place, adjust, save, and what can be done with a saved annotation.
import { always, type Command } from '../state/command.ts'
import { store, type AppState } from '../state/app-state.ts'
import { focusOn } from '../state/focus.ts'
import type { Mark } from '../state/mark.ts'
import { remove, selectBeside, toggleChosen } from './annotations.ts'
import { moveBoth } from './both-legs.ts'
import { duplicateSelected } from './duplicate.ts'
import { toggleDrawing } from './draw-mark.ts'
import { placeAtCursor } from './place-mark.ts'
import { adjustSelected } from './save-mark.ts'
import { setDirection, switchLeg } from './step-mark.ts'
import { saveSwing, takeSwing, undoSwing } from './swing.ts'
import { redoLast } from './undo.ts'
import { escape, showCase } from './view.ts'

const group = 'Mark'
const SELECT_FIRST = 'Select an annotation first: ↑ ↓ in the list, or click its mark.'
const ENTRY_FIRST = 'Choose an entry first: click a candle, or A at the cursor.'

const hasMark = ({ mark }: AppState) => mark !== null
const hasList = ({ annotations }: AppState) => annotations.length > 0

/** The cursor went on to where the exit will be: what the arrows move of a mark whose entry was placed at it. */
function isAfterEntry({ active, entry }: Mark, cursor: number | null): boolean {
  return active === 'exit' && cursor !== null && cursor > entry.time
}

async function saveAtCursor(): Promise<void> {
  if (store.get().mark?.exit === null) await placeAtCursor()
  if (store.get().mark?.exit !== null) await saveSwing()
}

/** The annotation that is selected. */
function isSelected({ selected, annotations }: AppState): boolean {
  return selected !== null && annotations.some((one) => one.id === selected)
}

export const place: Command = {
  id: 'place',
  group,
  label: 'Place entry, then exit, at the cursor',
  key: { key: 'a' },
  when: ({ market }) => market !== null,
  run: placeAtCursor,
}
export const draw: Command = {
  id: 'draw',
  group,
  label: 'Draw annotations by dragging, or no more',
  key: { key: 'z' },
  when: ({ market }) => market !== null,
  run: toggleDrawing,
}
const swings = (
  [
    ['Take the swing before in hand', '9', -1],
    ['Take the next swing in hand, or the exit where it ends', '0', 1],
  ] as const
).map(([label, key, direction]): Command => ({
  id: `swing-${key}`,
  group,
  label,
  key: { key },
  when: ({ market, isSaving }) => market !== null && !isSaving,
  run: () => takeSwing(direction),
}))
export const [swingBefore, nextSwing] = swings as [Command, Command]
export const save: Command = {
  id: 'save',
  group,
  label: 'Save the mark, its exit at the cursor where none is chosen',
  key: { key: 'Enter' },
  when: ({ mark, cursor, isSaving }) =>
    mark !== null && !isSaving && (mark.exit !== null || isAfterEntry(mark, cursor.time)),
  otherwise: ({ mark }) =>
    mark === null || mark.exit !== null
      ? null
      : 'Choose the exit: click a candle after the entry, or go there and press Enter.',
  run: saveAtCursor,
}
export const cancel: Command = {
  id: 'cancel',
  group,
  label: 'Cancel the mark, close what is open',
  key: { key: 'Escape', anywhere: true },
  when: always,
  atOnce: true,
  run: escape,
}
export const otherLeg: Command = {
  id: 'leg',
  group,
  label: 'Arrows move the entry or the exit',
  key: { key: 'e' },
  when: hasMark,
  run: switchLeg,
}
export const bothLegs: Command = {
  id: 'both-legs',
  group,
  label: 'Arrows move both, or the entry alone',
  key: { key: 'e', shift: true },
  when: hasMark,
  otherwise: ENTRY_FIRST,
  run: moveBoth,
}
export const makeLong: Command = {
  id: 'long',
  group,
  label: 'Make it a long',
  key: { key: 'b' },
  when: hasMark,
  otherwise: ENTRY_FIRST,
  run: () => setDirection('LONG'),
}
export const makeShort: Command = {
  id: 'short',
  group,
  label: 'Make it a short',
  key: { key: 's' },
  when: hasMark,
  otherwise: ENTRY_FIRST,
  run: () => setDirection('SHORT'),
}
export const takeBack: Command = {
  id: 'undo',
  group,
  label: 'Undo',
  key: { key: 'z', ctrl: true },
  when: always,
  run: undoSwing,
}
export const doAgain: Command = {
  id: 'redo',
  group,
  label: 'Do again what was undone',
  key: { key: 'z', ctrl: true, shift: true },
  when: always,
  run: redoLast,
}
const above: Command = {
  id: 'up',
  group,
  label: 'Select the annotation above',
  key: { key: 'ArrowUp' },
  when: hasList,
  run: () => void selectBeside(-1),
}
const below: Command = {
  id: 'down',
  group,
  label: 'Select the annotation below',
  key: { key: 'ArrowDown' },
  when: hasList,
  run: () => void selectBeside(1),
}
export const adjust: Command = {
  id: 'adjust',
  group,
  label: 'Adjust entry and exit of the selected one',
  key: { key: 'm' },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: adjustSelected,
}
export const duplicate: Command = {
  id: 'duplicate',
  group,
  label: 'Copy the selected one to the cursor',
  key: { key: 'd', ctrl: true },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: duplicateSelected,
}
export const writePlan: Command = {
  id: 'plan',
  group,
  label: 'Type its stop and its target',
  key: { key: 'p', shift: true },
  when: (state) => hasMark(state) || isSelected(state),
  otherwise: SELECT_FIRST,
  run: () => focusOn('stop'),
}
export const writeNotes: Command = {
  id: 'notes',
  group,
  label: 'Write notes and tags of the selected one',
  key: { key: 'o' },
  when: isSelected,
  run: () => focusOn('notes'),
}
const choose: Command = {
  id: 'choose',
  group,
  label: 'Choose it for a training, or not',
  key: { key: 'c' },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: () => toggleChosen(store.get().selected),
}
export const deleteSelected: Command = {
  id: 'delete',
  group,
  label: 'Delete the selected annotation',
  key: { key: 'Delete' },
  when: isSelected,
  run: () => {
    const { selected } = store.get()
    return selected === null ? undefined : remove(selected)
  },
}
export const seeBin: Command = {
  id: 'bin',
  group,
  label: 'The bin: bring deleted ones back',
  key: { key: 'Delete', shift: true },
  when: always,
  run: () => store.set({ tab: store.get().tab === 'bin' ? 'annotations' : 'bin' }),
}
export const viewCase: Command = {
  id: 'case',
  group,
  label: 'View its test case',
  key: { key: 'v' },
  when: isSelected,
  otherwise: SELECT_FIRST,
  run: showCase,
}

/** In the order of the sheet. */
export const MARK_COMMANDS: readonly Command[] = [
  place,
  draw,
  ...swings,
  save,
  cancel,
  otherLeg,
  bothLegs,
  makeLong,
  makeShort,
  takeBack,
  doAgain,
  above,
  below,
  adjust,
  duplicate,
  writePlan,
  writeNotes,
  choose,
  deleteSelected,
  seeBin,
  viewCase,
]
