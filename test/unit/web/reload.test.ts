// What a reload of the page must not lose: the mark in hand, and what Ctrl+Z takes back.
import { describe, expect, it } from 'vitest'
import { keepInHand, recallInHand } from '../../../src/web/actions/in-hand.ts'
import { replacing, seeChange, withStep } from '../../../src/web/actions/awaited-steps.ts'
import { keepStep, remember, takeLast } from '../../../src/web/actions/undo-steps.ts'
import type { AnnotationBody, AnnotationOut } from '../../../src/contract/annotations.ts'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { beginMark } from '../../../src/web/state/mark.ts'
import { MemoryStorage } from './storage.ts'

const market = { symbol: 'ETH/USDT', venue: 'demo-1' } as NonNullable<AppState['market']>
const mark = beginMark({ time: 5000, price: 10 }, { mode: 'replay', visibleUntil: 5000, startedAt: 700 })
const state = (part: Partial<AppState>): AppState => ({
  ...store.get(),
  market,
  cursor: { time: 9000, follows: false, hidesFuture: true },
  ...part,
})

describe('what is in hand', () => {
  it('comes back on the same market, the cursor where it stood, the future as hidden, the time spent counted on', () => {
    const storage = new MemoryStorage()
    keepInHand(storage, state({ mark, spanStart: 3000 }), 2700)
    const kept = recallInHand(storage, market, 100)
    expect(kept).toEqual({
      mark: { ...mark, startedAt: 100 - 2000 },
      spanStart: 3000,
      cursor: { time: 9000, hidesFuture: true, follows: false },
    })
    expect(recallInHand(storage, { symbol: 'BTC/USDT', venue: 'demo-1' }, 100)).toBeNull()
  })

  it('is forgotten once the hand is empty, and what is no mark is passed over', () => {
    const storage = new MemoryStorage()
    keepInHand(storage, state({ mark }), 0)
    keepInHand(storage, state({}), 0)
    expect(recallInHand(storage, market, 0)).toBeNull()
    storage.setItem('annotate.in-hand', '{"market":')
    expect(recallInHand(storage, market, 0)).toBeNull()
    storage.setItem('annotate.in-hand', '{}')
    expect(recallInHand(storage, market, 0)).toBeNull()
  })
})

describe('steps to undo', () => {
  it('are taken newest first, and outlive the page', () => {
    const storage = new MemoryStorage()
    remember({ kind: 'annotation saved', id: 'a' }, storage)
    remember({ kind: 'annotation deleted', id: 'b' }, storage)
    const [deleted, saved] = [takeLast('done', storage), takeLast('done', storage)]
    expect(deleted).toEqual({ title: 'annotation deleted', step: { kind: 'annotation deleted', id: 'b' } })
    expect(saved?.step).toEqual({ kind: 'annotation saved', id: 'a' })
    expect(takeLast('done', storage)).toBeNull()
  })

  it('are at most a hundred; what another page wrote is passed over', () => {
    const storage = new MemoryStorage()
    storage.setItem('annotate.steps', '{"version":1,"done":[{"title":"painted"}, 7],"undone":"x"}')
    for (let i = 0; i < 120; i++) remember({ kind: 'annotation saved', id: String(i) }, storage)
    let count = 0
    while (takeLast('done', storage) !== null) count++
    expect(count).toBe(100)
    storage.setItem('annotate.steps', '{"version":')
    expect(takeLast('undone', storage)).toBeNull()
  })

  it('that were undone can be done again until something else is done', () => {
    const storage = new MemoryStorage()
    const step = { title: 'annotation saved', step: { kind: 'annotation deleted', id: 'a' } } as const
    keepStep('undone', step, storage)
    keepStep('done', step, storage)
    expect(takeLast('undone', storage)).toEqual(step)
    keepStep('undone', step, storage)
    remember({ kind: 'annotation saved', id: 'b' }, storage)
    expect(takeLast('undone', storage)).toBeNull()
  })

  it('are remembered with the first that tells of the change, before its answer, and once', async () => {
    const storage = new MemoryStorage()
    const before = { id: 'a', updated_at: '2026-01-01T00:00:00Z' } as AnnotationOut
    const after = { ...before, updated_at: '2026-01-01T00:00:01Z' }
    const body = ({ updated_at }: AnnotationOut) => ({ notes: updated_at }) as AnnotationBody
    const see = (told: AnnotationOut) => seeChange(told, () => storage)
    await withStep(replacing('notes changed', before, body), async () => {
      see({ ...after, id: 'b' })
      see(before)
      expect(takeLast('done', storage)).toBeNull()
      see(after)
      expect(takeLast('done', storage)?.step).toEqual({
        kind: 'notes changed',
        id: 'a',
        before: body(before),
        after: body(after),
      })
      see(after)
    })
    see({ ...after, updated_at: '2026-01-01T00:00:02Z' })
    expect(takeLast('done', storage)).toBeNull()
  })

  it('of a change that failed are none', async () => {
    const storage = new MemoryStorage()
    const before = { id: 'a', updated_at: '2026-01-01T00:00:00Z' } as AnnotationOut
    const failed = withStep(
      replacing('notes changed', before, () => ({}) as AnnotationBody),
      async () => Promise.reject(new Error('refused')),
    )
    await expect(failed).rejects.toThrow('refused')
    seeChange({ ...before, updated_at: '2026-01-01T00:00:01Z' }, () => storage)
    expect(takeLast('done', storage)).toBeNull()
  })
})
