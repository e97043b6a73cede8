// The first run's steps, the large move it shows, and the guide: its sections, its search, its keys.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CandleRow } from '../../../src/contract/shapes.ts'
import { marksLeft, placeOf, stepOf, type Known } from '../../../src/web/guide/first-run.ts'
import { largestMove } from '../../../src/web/guide/large-move.ts'
import { found, sectionsOf } from '../../../src/web/guide/sections.ts'
import { COMMANDS, MODES } from '../../../src/web/keys/commands.ts'
import { keyText } from '../../../src/web/state/command.ts'

const MINUTE = 60_000

/** Of a kind, as many; the steps look at nothing but their number. */
const many = <T>(count: number, one: object = {}) => Array.from({ length: count }, () => one as T)

function known(part: { [Name in keyof Known]?: unknown }): Known {
  const nothing = { annotations: [], reviewed: [], runs: [], models: [], sessions: [], signals: [] }
  return { ...nothing, ...part } as Known
}

describe('the first run', () => {
  const marked = { annotations: many(3) }
  const trained = { ...marked, models: [{ checkpoints: [{ version: '0001', broken: null }] }] }

  it.each([
    ['mark', known({}), '1'],
    ['mark again', known({ annotations: many(2) }), '2'],
    ['review', known(marked), '3'],
    ['train', known({ ...marked, reviewed: many(1) }), '4'],
    ['wait', known({ ...marked, runs: many(1, { status: 'RUNNING' }) }), '4'],
    ['train', known({ ...marked, reviewed: many(1), runs: many(1, { status: 'FAILED' }) }), '4'],
    ['watch', known(trained), '5'],
    ['watch', known({ ...trained, sessions: many(1) }), '5'],
    ['done', known({ ...trained, sessions: many(1), signals: many(1) }), '5'],
  ] as const)('is at %s', (step, state, at) => {
    expect(stepOf(state, false)).toBe(step)
    expect(placeOf(step)).toEqual({ at: Number(at), of: 5 })
  })

  it('goes on without a reviewed span where that is asked for', () => {
    expect(stepOf(known(marked), true)).toBe('train')
  })

  it('wants three marks', () => {
    expect([0, 2, 3, 9].map((count) => marksLeft(known({ annotations: many(count) })))).toEqual([3, 1, 0, 0])
  })
})

describe('the largest move', () => {
  const row = (i: number, open: number, close: number): CandleRow => [i * MINUTE, open, open, close, close, 1]
  const flat = (i: number) => row(i, 100, 100)
  /** A small rise at minute 20, a larger fall from 40 to 43. */
  const rows = Array.from({ length: 60 }, (_, i) => {
    if (i === 20) return row(i, 100, 101)
    return i >= 40 && i < 43 ? row(i, 100 - (i - 40), 99 - (i - 40)) : flat(i)
  })
  const ground = { spans: [{ from: 0, to: 60 * MINUTE }], taken: [], known: Infinity }
  const fall = { from: 40 * MINUTE, to: 43 * MINUTE }
  const rise = { from: 20 * MINUTE, to: 21 * MINUTE }

  it('is the largest over some minutes, either way', () => {
    expect(largestMove(rows, ground)).toEqual(fall)
  })

  it('is none that a mark stands near, none that is not over yet, none over a gap', () => {
    expect(largestMove(rows, { ...ground, taken: [fall.from] })).toEqual(rise)
    const last = fall.to + 3 * MINUTE
    expect(largestMove(rows, { ...ground, known: last })).toEqual(fall)
    // Where its exit may lie has to be there, too.
    expect(largestMove(rows, { ...ground, known: last - 1 })).not.toEqual(fall)
    expect(largestMove([], ground)).toBeNull()
    const early = [{ from: 0, to: 42 * MINUTE }]
    expect(largestMove(rows, { ...ground, spans: early })).not.toEqual(fall)
    const torn = [flat(0), row(1, 100, 101), null, row(3, 120, 120)]
    expect(largestMove(torn, ground)).toEqual({ from: MINUTE, to: 2 * MINUTE })
  })
})

describe('the guide', () => {
  const text = readFileSync(new URL('../../../docs/guide.md', import.meta.url), 'utf8')
  const sections = sectionsOf(text)

  it('is found by words of a section, all of them', () => {
    expect(found(sections, '').length).toBe(sections.length)
    expect(found(sections, 'Gap ABSTAIN').map(({ title }) => title)).toContain('When something is wrong')
    expect(found(sections, 'tulips')).toEqual([])
  })

  it('names no key that does nothing', () => {
    const keys = new Set(
      [...COMMANDS, ...MODES.flatMap(({ commands }) => commands)].map(({ key }) => keyText(key)),
    )
    keys.add('Shift')
    const named = [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)
    const unknown = named.filter((code) => !/^(npm|annotate) |^hindsight$/.test(code) && !keys.has(code))
    expect(unknown).toEqual([])
  })
})
