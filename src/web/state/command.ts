// What a trader can do, as one object each: its words, its key, when it can be done, and doing it. Keys, the sheet and buttons follow from it.
import { say, store, type AppState } from './app-state.ts'
import { inOrder } from './in-order.ts'
import { asSeen } from './seen.ts'

export interface Key {
  /** KeyboardEvent.key, letters in lower case. */
  readonly key: string
  readonly ctrl?: boolean
  readonly shift?: boolean
  /** The character already says whether Shift is needed (`?`, `+`). */
  readonly anyShift?: boolean
  /** Also while typing in a field. */
  readonly anywhere?: boolean
}

export type Group =
  | 'Mark'
  | 'Move'
  | 'Look'
  | 'Review'
  | 'Learn and watch'
  | 'Page'
  | 'A suggestion, while asked'
  | 'Moments like this, while shown'
  | 'A second look, while asked'

export interface Command {
  readonly id: string
  readonly group: Group
  /** On the sheet, and of its button where that has no words of its own. */
  readonly label: string
  readonly key: Key
  /** Whether it can be done now, by what may be seen. */
  readonly when: (state: AppState) => boolean
  /** Said when it is asked for and cannot be done; nothing where that goes without saying. */
  readonly otherwise?: string | ((state: AppState) => string | null)
  /** It does not wait for what is still being done: it asks for nothing of it, or ends it. */
  readonly atOnce?: boolean
  /** A promise is kept once what comes after can be told of it: a point is placed, a mark is saved. */
  readonly run: () => void | Promise<void>
}

/** What goes by the mark in hand and the cursor, and changes them: done in the order it was asked for. */
const IN_ORDER: ReadonlySet<Group> = new Set(['Mark', 'Move', 'Review'])

/** Commands that hold while something is asked: their keys then are theirs before any other's. */
export interface Mode {
  readonly group: Group
  readonly isOn: (state: AppState) => boolean
  readonly commands: readonly Command[]
}

/** `when` of what can always be done. */
export const always = (): boolean => true

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Delete: 'Del',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  '-': '−',
  ' ': 'Space',
}

/** The key as it is written on the sheet: `Ctrl Shift ←`, `A`. */
export function keyText({ key, ctrl, shift }: Key): string {
  const name = NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)
  return [ctrl === true ? 'Ctrl ' : '', shift === true ? 'Shift ' : '', name].join('')
}

/** Does it, or says why it cannot be done; once what was asked for before it is done, where it goes by that. */
export function perform(command: Command): void {
  if (command.atOnce === true || !IN_ORDER.has(command.group)) void performed(command)
  else inOrder(() => performed(command))
}

function performed(command: Command): void | Promise<void> {
  const state = asSeen(store.get())
  if (command.when(state)) return command.run()
  const { otherwise } = command
  const words = typeof otherwise === 'function' ? otherwise(state) : (otherwise ?? null)
  if (words !== null) say(words)
}
