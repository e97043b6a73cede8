// Which annotations the list shows.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut, TestCaseState } from '../../../src/contract/annotations.ts'
import { EVERYTHING, isNarrowed, listed, type ListFilter } from '../../../src/web/state/list-filter.ts'

function mark(id: string, part: Partial<AnnotationOut> = {}): AnnotationOut {
  return {
    id,
    direction: 'LONG',
    notes: '',
    tags: [],
    warnings: [],
    net_profit_loss_pct: 1,
    provenance: { mode: 'hindsight', visible_until: null, created_at: '', seconds_spent: null },
    ...part,
  } as AnnotationOut
}

const annotations = [
  mark('a', { notes: 'Volume dries up, then a Spike', tags: ['breakout', 'morning'] }),
  mark('b', { direction: 'SHORT', tags: ['Breakout'], net_profit_loss_pct: -0.2, warnings: ['overlaps'] }),
  mark('c', {
    notes: 'spike',
    provenance: { mode: 'replay', visible_until: null, created_at: '', seconds_spent: null },
  }),
]
const testCases = new Map<string, TestCaseState>([
  ['a', { state: 'revised', left_out: null } as TestCaseState],
  ['b', { state: 'gaps', left_out: 'too many gaps' } as TestCaseState],
])

function shown(part: Partial<ListFilter>): string[] {
  const state = { annotations, testCases, listFilter: { ...EVERYTHING, ...part } }
  return listed(state).map(({ id }) => id)
}

describe('the list', () => {
  it('shows the very array it was given while nothing is asked', () => {
    expect(listed({ annotations, testCases, listFilter: EVERYTHING })).toBe(annotations)
    expect(isNarrowed({ ...EVERYTHING, text: '  ' })).toBe(false)
  })

  it('finds every word in notes and tags together, in any case of letters', () => {
    expect(shown({ text: 'spike' })).toEqual(['a', 'c'])
    expect(shown({ text: 'SPIKE morning' })).toEqual(['a'])
    expect(shown({ text: 'breakout' })).toEqual(['a', 'b'])
    expect(shown({ text: 'break morning gone' })).toEqual([])
  })

  it.each<[Partial<ListFilter>, string[]]>([
    [{ direction: 'SHORT' }, ['b']],
    [{ result: 'gain' }, ['a', 'c']],
    [{ result: 'loss' }, ['b']],
    [{ tag: 'breakout' }, ['a']],
    [{ mode: 'replay' }, ['c']],
    [{ state: 'warned' }, ['b']],
    [{ state: 'left_out' }, ['b']],
    [{ state: 'revised' }, ['a']],
    [{ direction: 'LONG', text: 'spike', mode: 'hindsight' }, ['a']],
  ])('narrows to %j', (part, ids) => expect(shown(part)).toEqual(ids))

  it('is the same array again while nothing changed, so that nothing is drawn anew', () => {
    const state = { annotations, testCases, listFilter: { ...EVERYTHING, text: 'spike' } }
    expect(listed(state)).toBe(listed({ ...state }))
  })
})
