// Reviewed spans: kept by market, refused where they are none.
import { describe, expect, it } from 'vitest'
import { MARKET, openRoom, range } from './fixture.ts'

describe('reviewed spans', () => {
  it('are created, listed by market and removed', async () => {
    const { reviewedSpans } = openRoom()
    const later = await reviewedSpans.create(
      { symbol: 'ETH/USDT', from: '2024-08-09T02:00:00+02:00', to: '2024-08-09T01:00:00Z' },
      MARKET,
    )
    expect(later).toMatchObject({
      venue: 'test',
      symbol: 'ETH/USDT',
      from: '2024-08-09T00:00:00Z',
      to: '2024-08-09T01:00:00Z',
      created_at: '2024-08-10T12:00:00Z',
    })
    const earlier = await reviewedSpans.create({ symbol: 'ETH/USDT', from: 0, to: 1000 }, MARKET)
    await reviewedSpans.create({ symbol: 'ETH/USDT', from: 0, to: 1000 }, { ...MARKET, venue: 'other' })
    expect((await reviewedSpans.list(MARKET)).map(({ id }) => id)).toEqual([earlier.id, later.id])
    expect(await reviewedSpans.list()).toHaveLength(3)
    expect((await reviewedSpans.remove(earlier.id)).id).toBe(earlier.id)
    expect(await reviewedSpans.list(MARKET)).toHaveLength(1)
  })

  it('around a range are found without those of other times and markets, however long they last', async () => {
    const { reviewedSpans } = openRoom()
    const make = async (from: number, to: number, venue = MARKET.venue) =>
      reviewedSpans.create({ symbol: 'ETH/USDT', from, to }, { ...MARKET, venue })
    expect(await reviewedSpans.touching(MARKET, range(0, 1e12))).toEqual([])
    await make(0, 900_000)
    await make(1000, 2000)
    await make(50_000, 60_000)
    await make(61_000, 70_000)
    await make(50_000, 60_000, 'other')
    const wide = { from: 0, to: 900_000 }
    expect(await reviewedSpans.touching(MARKET, range(60_000, 61_000))).toEqual([wide])
    expect(await reviewedSpans.touching(MARKET, range(59_999, 61_001))).toEqual([
      wide,
      { from: 50_000, to: 60_000 },
      { from: 61_000, to: 70_000 },
    ])
    expect(await reviewedSpans.touching(MARKET, range(900_000, 1e12))).toEqual([])
  })

  it('refuses a span that ends before it begins, a local time, and an unknown id', async () => {
    const { reviewedSpans } = openRoom()
    const make = async (from: string | number, to: string | number) =>
      reviewedSpans.create({ symbol: 'ETH/USDT', from, to }, MARKET)
    await expect(make(1000, 1000)).rejects.toMatchObject({ code: 'invalid_span', status: 400, field: 'to' })
    await expect(make('2024-08-10T11:00:00Z', '2024-08-10T12:00:02Z')).rejects.toMatchObject({
      code: 'invalid_span',
      field: 'to',
      message: expect.stringMatching(/in the future/),
    })
    await expect(make('2024-08-09T00:00:00', 1000)).rejects.toMatchObject({
      code: 'invalid_timestamp',
      field: 'from',
    })
    await expect(reviewedSpans.remove('nobody')).rejects.toMatchObject({
      code: 'unknown_reviewed_span',
      status: 404,
    })
  })
})
