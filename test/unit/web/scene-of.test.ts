// From the page's state to what is drawn.
import { describe, expect, it } from 'vitest'
import { sceneOf } from '../../../src/web/app/scene-of.ts'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { beginMark } from '../../../src/web/state/mark.ts'

const iso = (ms: number) => new Date(ms).toISOString()
const now = Date.UTC(2024, 7, 9)
const state = (part: Partial<AppState>): AppState => ({ ...store.get(), ...part })

const annotation = (id: string, entry: number, exit: number) =>
  ({
    id,
    direction: 'LONG',
    entry: { timestamp: iso(entry), price: 10 },
    exit: { timestamp: iso(exit), price: 11 },
  }) as AppState['annotations'][number]

describe('sceneOf', () => {
  it('shows what instant would call and what it would miss, in the order of time, unless that is hidden', () => {
    const preview = {
      calls: [
        { timestamp: iso(now), action: 'BUY', score: 0.9, price: 10, annotation_id: 'a' },
        { timestamp: iso(now + 9000), action: 'SELL', score: 0.8, price: 12, annotation_id: null },
        { timestamp: iso(now + 9500), action: 'SELL', score: 0.8, price: null, annotation_id: null },
      ],
      misses: [{ timestamp: iso(now + 4000), action: 'BUY', price: 11, annotation_id: 'b' }],
    } as unknown as AppState['preview']
    expect(sceneOf(state({ preview })).preview).toEqual([
      { time: now, action: 'BUY', price: 10, kind: 'hit' },
      { time: now + 4000, action: 'BUY', price: 11, kind: 'missed' },
      { time: now + 9000, action: 'SELL', price: 12, kind: 'false_call' },
    ])
    expect(sceneOf(state({ preview, showsPreview: false })).preview).toEqual([])
  })

  it('orders annotations by entry and knows the longest, leaving out the one being adjusted', () => {
    const annotations = [annotation('b', now, now + 5000), annotation('a', now - 9000, now + 60_000)]
    const scene = sceneOf(state({ annotations }))
    expect(scene.shapes.map((shape) => shape.id)).toEqual(['a', 'b'])
    expect(scene.longestShape).toBe(69_000)
    const mark = {
      ...beginMark({ time: now, price: 10 }, { mode: 'hindsight', visibleUntil: null, startedAt: 0 }),
      editing: annotations[0]!,
    }
    expect(sceneOf(state({ annotations, mark })).shapes.map((shape) => shape.id)).toEqual(['a'])
  })

  it('gives a mark that is drawn its side and what it gives, and neither side’s colour where its fees are not paid', () => {
    const begin = { mode: 'hindsight', visibleUntil: null, startedAt: 0 } as const
    const shape = (price: number) => {
      const mark = { ...beginMark({ time: now, price: 100 }, begin), exit: { time: now + 9000, price } }
      return sceneOf(state({ mark, held: 'exit', isDrawing: true })).mark
    }
    expect(shape(101)).toMatchObject({ direction: 'LONG', words: 'LONG +0.80 % net · 9 s', isPreview: false })
    expect(shape(100.1)).toMatchObject({
      direction: null,
      words: expect.stringContaining('less than its fees'),
    })
    expect(sceneOf(state({ isDrawing: true })).draws).toBe(true)
  })

  it('keeps the identity of what did not change, so that drawing can rely on it', () => {
    const annotations = [annotation('a', now, now + 5000)]
    const first = sceneOf(state({ annotations }))
    const second = sceneOf(state({ annotations, selected: 'a' }))
    expect(second.shapes).toBe(first.shapes)
  })

  it('bars the time in which no test case can stand; the span that reaches the present goes on with it', () => {
    const span = { from: iso(now - 100_000), to: iso(now - 1000) }
    const market = { test_case_spans: [span] } as unknown as AppState['market']
    expect(sceneOf(state({ market, marketReadAt: now })).barred).toEqual([
      { from: -Infinity, to: now - 100_000 },
    ])
    const later = sceneOf(state({ market: { ...market! }, marketReadAt: now + 3_600_000 }))
    expect(later.barred.at(-1)).toEqual({ from: now - 1000, to: Infinity })
  })

  it('draws a reviewed span in the making from its start to the cursor, either way round', () => {
    const cursor = { time: now - 5000, follows: false, hidesFuture: false }
    expect(sceneOf(state({ spanStart: now, cursor })).draft).toEqual({ from: now - 5000, to: now })
  })

  it('shows calls that have a side and a price, and each second with its winning score', () => {
    const signal = { timestamp: iso(now), action: 'BUY', price: 10, confidence: null, scores: { BUY: 0.8 } }
    const hold = { timestamp: iso(now + 1000), action: 'HOLD', price: 10, confidence: null, scores: null }
    const signals = [hold, signal] as unknown as AppState['signals']
    const scene = sceneOf(state({ signals, calls: [signal, hold] as unknown as AppState['calls'] }))
    expect(scene.calls).toEqual([{ time: now, action: 'BUY', price: 10, confidence: null, outcome: null }])
    expect(scene.ticks).toEqual([
      { time: now, action: 'BUY', score: 0.8 },
      { time: now + 1000, action: 'HOLD', score: null },
    ])
  })

  it('gives a call its outcome once it is known, and none while it is open', () => {
    const signal = (id: string) => ({
      call_id: id,
      timestamp: iso(now),
      action: 'SELL',
      price: 10,
      confidence: 70,
    })
    const calls = [signal('a'), signal('b'), signal('c')] as unknown as AppState['calls']
    const followed = [
      { id: 'a', outcome: 'wrong', outcome_at: iso(now + 5000) },
      { id: 'b', outcome: 'open', outcome_at: null },
    ] as unknown as AppState['followed']
    const outcomes = sceneOf(state({ calls, followed })).calls.map(({ outcome }) => outcome)
    expect(outcomes).toEqual([{ kind: 'wrong', at: now + 5000 }, null, null])
  })
})
