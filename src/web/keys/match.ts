// Which command a key press means. Pure, so that the table can be checked without a browser.
import type { Key } from '../state/command.ts'

export interface Press {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** Whether `press` is `key`. ⌘ counts as Ctrl; nothing uses Alt, which belongs to the browser. */
export function matches(key: Key, press: Press): boolean {
  if (press.altKey) return false
  const name = press.key.length === 1 ? press.key.toLowerCase() : press.key
  if (name !== key.key || (press.ctrlKey || press.metaKey) !== (key.ctrl ?? false)) return false
  return key.anyShift === true || press.shiftKey === (key.shift ?? false)
}

/** What kind of element has the focus. */
export type Focus = 'page' | 'field' | 'choice' | 'button'

/** Keys that a focused control needs for itself. */
const BUTTON_KEYS = new Set(['Enter', ' '])
const CHOICE_KEYS = new Set([
  ...BUTTON_KEYS,
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
  'Home',
  'End',
])

/** Whether `key` is the page's while the focus is there. */
export function isFree(key: Key, focus: Focus): boolean {
  if (focus === 'page' || key.anywhere === true) return true
  if (focus === 'button') return !BUTTON_KEYS.has(key.key)
  // A choice list jumps to the option that starts with a typed letter.
  return focus === 'choice' && !CHOICE_KEYS.has(key.key) && key.key.length > 1
}
