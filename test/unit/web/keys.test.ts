// The keyboard: which press means what, and what a focused control keeps for itself.
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../../src/web/keys/commands.ts'
import { isFree, matches, type Press } from '../../../src/web/keys/match.ts'
import { keyText, type Key } from '../../../src/web/state/command.ts'

const press = (key: string, modifiers: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
})

describe('matches', () => {
  it('tells modifiers apart', () => {
    const second: Key = { key: 'ArrowLeft' }
    const minute: Key = { key: 'ArrowLeft', shift: true }
    expect(matches(second, press('ArrowLeft'))).toBe(true)
    expect(matches(second, press('ArrowLeft', { shiftKey: true }))).toBe(false)
    expect(matches(minute, press('ArrowLeft', { shiftKey: true }))).toBe(true)
  })

  it('takes ⌘ as Ctrl and letters in either case', () => {
    expect(matches({ key: 'z', ctrl: true }, press('z', { metaKey: true }))).toBe(true)
    expect(matches({ key: 't', shift: true }, press('T', { shiftKey: true }))).toBe(true)
  })

  it('leaves everything with Alt to the browser: Alt ← goes back', () => {
    expect(matches({ key: 'ArrowLeft' }, press('ArrowLeft', { altKey: true }))).toBe(false)
  })

  it('takes ? however the layout types it', () => {
    expect(matches({ key: '?', anyShift: true }, press('?', { shiftKey: true }))).toBe(true)
    expect(matches({ key: '?', anyShift: true }, press('?'))).toBe(true)
  })
})

describe('isFree', () => {
  it('gives a field everything but Esc', () => {
    expect(isFree({ key: 'a' }, 'field')).toBe(false)
    expect(isFree({ key: 'Escape', anywhere: true }, 'field')).toBe(true)
  })

  it('gives a button Enter, and nothing else', () => {
    expect(isFree({ key: 'Enter' }, 'button')).toBe(false)
    expect(isFree({ key: 'ArrowLeft' }, 'button')).toBe(true)
    expect(isFree({ key: 'h' }, 'button')).toBe(true)
  })
})

it('has no key that means two things', () => {
  const texts = COMMANDS.map(({ key }) => keyText(key))
  expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([])
})
