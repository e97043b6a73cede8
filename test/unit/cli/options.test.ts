// Options of the verbs: filters, sources, CSV.
import { describe, expect, it } from 'vitest'
import { annotationFilter } from '../../../src/cli/annotation-filter.ts'
import { annotationsCsv } from '../../../src/cli/annotations-csv.ts'
import { bar } from '../../../src/cli/output.ts'
import { sourceOf, type SourceFlags } from '../../../src/cli/source-flags.ts'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'

const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6'

describe('a filter of annotations', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    [ID, { ids: [ID] }],
    [`annotation_${ID}, ${ID}`, { ids: [ID, ID] }],
    ['tag=breakout', { tag: 'breakout' }],
    ['symbol=ETH/USDT,venue=binance', { market: { symbol: 'ETH/USDT', venue: 'binance' } }],
    ['direction=LONG,from=1970-01-01T00:00:05Z,to=9000', { direction: 'LONG', from: 5000, to: 9000 }],
  ])('%j', (text, filter) => {
    expect(annotationFilter(text)).toEqual(filter)
  })

  it.each(['breakout', 'tag=', 'colour=red', 'direction=UP', `${ID},tag=x`])('%j is none', (text) => {
    expect(() => annotationFilter(text)).toThrow(/is no filter/)
  })

  it('takes no local times', () => {
    expect(() => annotationFilter('from=2024-08-09T00:00:00')).toThrow(/ISO 8601 with an offset/)
  })
})

describe('a source', () => {
  const flags: SourceFlags = { source: 'demo', symbol: ['ETH/USDT'], seed: 3, speed: 1 }

  it('is the demo market of a seed, or a replay from an instant', () => {
    expect(sourceOf(flags)).toEqual({ kind: 'demo', symbols: ['ETH/USDT'], seed: 3 })
    expect(sourceOf({ ...flags, venue: 'demo-3' })).toMatchObject({ kind: 'demo' })
    const replay = {
      ...flags,
      source: 'replay',
      from: '1970-01-01T00:00:05Z',
      speed: 10,
      venue: 'binance',
    } as const
    expect(sourceOf(replay)).toEqual({
      kind: 'replay',
      symbol: 'ETH/USDT',
      venue: 'binance',
      from: 5000,
      speed: 10,
    })
  })

  it.each([
    [{ from: '2024-08-09T00:00:00Z' }, /--from goes with --source replay/],
    [{ speed: 10 }, /--speed goes with --source replay/],
    [{ venue: 'binance' }, /demo-3/],
    [{ source: 'replay' as const }, /needs --from/],
  ])('does not take %j', (changes, words) => {
    expect(() => sourceOf({ ...flags, ...changes })).toThrow(words)
  })
})

it('writes CSV that other programs read', () => {
  const annotation = {
    id: ID,
    entry: { timestamp: 'T', price: 1.5 },
    exit: { timestamp: 'U', price: 2 },
    notes: 'two\nlines, "quoted"',
    tags: ['a', 'b'],
    provenance: { mode: 'replay' },
  } as unknown as AnnotationOut
  const [head, ...rows] = annotationsCsv([annotation]).split('\r\n')
  expect(head!.split(',').slice(0, 2)).toEqual(['id', 'test_case_id'])
  expect(rows.join('\r\n')).toContain('a;b,"two\nlines, ""quoted""",replay')
})

it.each([
  [0, '[--------------------] 0 %'],
  [0.5, '[##########----------] 50 %'],
  [1, '[####################] 100 %'],
])('shows %d as a bar', (share, text) => {
  expect(bar(share)).toBe(text)
})
