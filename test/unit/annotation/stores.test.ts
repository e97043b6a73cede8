// The annotation room's stores, asked of each database: rows come back as they went in, lists, filters and pages in the same order.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnnotationStore } from '../../../src/annotation/annotation-store.ts'
import { RejectedHolds } from '../../../src/annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../../src/annotation/reviewed-spans.ts'
import { annotationMigrations, type AnnotationRow } from '../../../src/annotation/schema.ts'
import { ShownStretches } from '../../../src/annotation/shown-stretches.ts'
import { SuggestionAnswers } from '../../../src/annotation/suggestion-answers.ts'
import { ManualClock } from '../../../src/core/clock.ts'
import { epochMs } from '../../../src/core/time.ts'
import { onEachDatabase, type OpenedDatabase } from '../../postgres/each-database.ts'
import { annotationRow } from './annotation-row.ts'

const NOW = epochMs(Date.UTC(2124, 0, 15))
const MARKET = { venue: 'test', symbol: 'ETH/USDT' }
const OTHER = { venue: 'test', symbol: 'BTC/USDT' }

function row(id: string, entry: number, change: Partial<AnnotationRow> = {}): AnnotationRow {
  return annotationRow({
    id,
    ...MARKET,
    entry_time: NOW + entry,
    tags: JSON.stringify(['all', id]),
    ...change,
  })
}

onEachDatabase((open) => {
  let database: OpenedDatabase
  const clock = new ManualClock(NOW)
  beforeAll(async () => {
    database = await open(annotationMigrations)
  })
  afterAll(() => database.close())

  describe('annotations', () => {
    const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id)
    let store: AnnotationStore
    beforeAll(async () => {
      store = new AnnotationStore(database)
      // Of one entry: by id, whose capitals come before its small letters.
      for (const id of ['b', 'B', 'a', 'ä']) await store.insert(row(id, 1000))
      await store.insert(row('long', 0, { exit_time: NOW + 9000, direction: 'SHORT' }))
      await store.insert(row('gone', 3000, { deleted_at: NOW }))
      await store.insert(row('other', 1000, OTHER))
    })

    it('come back as they went in', async () => {
      expect(await store.find('b')).toEqual(row('b', 1000))
      expect(await store.find('nobody')).toBeUndefined()
      await expect(store.insert(row('b', 5))).rejects.toThrow(/unique/i)
      await store.update('b', { seconds_spent: 2.25, file_pending: 1 })
      expect(await store.find('b')).toMatchObject({ seconds_spent: 2.25, file_pending: 1 })
    })

    it('are listed by entry, then by the bytes of their ids', async () => {
      expect(ids(await store.list({ market: MARKET }))).toEqual(['long', 'B', 'a', 'b', 'ä'])
      expect(ids(await store.list({ tag: 'ä' }))).toEqual(['ä'])
      expect(ids(await store.list({ deleted: true }))).toEqual(['gone'])
      expect(ids(await store.list({ direction: 'SHORT', to: epochMs(NOW + 1) }))).toEqual(['long'])
      expect(ids(await store.list({ ids: ['a', 'other'] }))).toEqual(['a', 'other'])
      expect(ids(await store.named(['b']))).toEqual(['b'])
      expect(await store.named([])).toEqual([])
      expect(await store.count()).toBe(6)
      expect(ids(await store.all())).toEqual(['long', 'B', 'a', 'b', 'other', 'ä', 'gone'])
    })

    it('come in pages that are the list', async () => {
      const first = await store.page({ market: MARKET }, { limit: 2 })
      expect(ids(first.rows)).toEqual(['b', 'ä'])
      const second = await store.page({ market: MARKET }, { limit: 2, before: first.next ?? '' })
      expect(ids(second.rows)).toEqual(['B', 'a'])
      const third = await store.page({ market: MARKET }, { limit: 2, before: second.next ?? '' })
      expect([ids(third.rows), third.next]).toEqual([['long'], null])
    })

    it('that share an instant are found', async () => {
      const touching = await store.touching(MARKET, { from: epochMs(NOW + 5000), to: epochMs(NOW + 6000) })
      expect(ids(touching)).toEqual(['long'])
      const overlaps = await store.overlapping([row('long', 0, { exit_time: NOW + 9000 })])
      expect(ids(overlaps.get('long') ?? []).toSorted()).toEqual(['B', 'a', 'b', 'ä'])
      await store.erase('other')
      expect(await store.find('other')).toBeUndefined()
    })
  })

  it('reviewed spans: a page, what touches a range, how many', async () => {
    const spans = new ReviewedSpans({ database, clock })
    const make = async (from: number, to: number) => spans.create({ symbol: MARKET.symbol, from, to }, MARKET)
    await make(0, 900_000)
    await make(1000, 2000)
    const late = await make(50_000, 60_000)
    const range = { from: epochMs(30_000), to: epochMs(40_000) }
    expect(await spans.touching(MARKET, range)).toEqual([{ from: 0, to: 900_000 }])
    expect((await spans.page(MARKET, { limit: 1 })).rows).toEqual([late])
    expect(await spans.count()).toBe(3)
    await spans.remove(late.id)
    expect(await spans.list(MARKET)).toHaveLength(2)
    await expect(spans.get(late.id)).rejects.toMatchObject({ code: 'unknown_reviewed_span' })
  })

  it('rejected HOLDs: once each, until they are taken back', async () => {
    const rejected = new RejectedHolds({ database, clock })
    const first = { market: MARKET, at: epochMs(5000), origin: 'call', reference: 'a' } as const
    const id = await rejected.add(first)
    expect(await rejected.add(first)).toBe(id)
    await rejected.add({ ...first, origin: 'suggestion' })
    await rejected.add({ ...first, reference: 'b', at: epochMs(1000) })
    expect(await rejected.list(MARKET)).toEqual([1000, 5000])
    expect(await rejected.take(id)).toEqual({ market: MARKET, at: 5000 })
    await expect(rejected.take(id)).rejects.toMatchObject({ code: 'unknown_rejected_hold' })
    await rejected.remove({ origin: 'suggestion', reference: 'a' })
    expect(await rejected.list(MARKET)).toEqual([1000])
  })

  it('answers to suggestions: what was answered, and where', async () => {
    const answers = new SuggestionAnswers({ database, clock })
    await answers.add({ id: 's', market: MARKET, at: epochMs(7000), answer: 'skip' })
    expect(await answers.find('s')).toBe('skip')
    expect(await answers.find('t')).toBeNull()
    expect(await answers.seconds(MARKET)).toEqual([7000])
  })

  it('what was shown: merged, and kept for an entry', async () => {
    const shown = new ShownStretches({ database, clock })
    const stretch = (from: number, to: number) => ({
      timeframe: '1s' as const,
      range: { from: epochMs(NOW + from), to: epochMs(NOW + to) },
    })
    await shown.add(MARKET, [stretch(0, 10_000), stretch(20_000, 30_000)])
    expect(await shown.enter(MARKET, epochMs(NOW + 5000))).toEqual({ '1s': NOW + 30_000 })
    await shown.add(MARKET, [stretch(10_000, 20_000), stretch(30_000, 40_000)])
    // What was chosen holds.
    expect(await shown.known(MARKET, epochMs(NOW + 5000))).toEqual({ '1s': NOW + 30_000 })
    expect(await shown.known(MARKET, epochMs(NOW + 6000))).toEqual({ '1s': NOW + 40_000 })
    expect(await shown.enter(MARKET, epochMs(NOW + 5000))).toEqual({ '1s': NOW + 40_000 })
  })
})
