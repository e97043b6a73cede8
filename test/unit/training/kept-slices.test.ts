// Slices that are kept between previews: read once, and again once something in them changed.
import { expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import type { MarketReader } from '../../../src/market/provider.ts'
import type { MarketSlice } from '../../../src/market/slice.ts'
import type { Market } from '../../../src/market/types.ts'
import { KeptSlices } from '../../../src/training/preview/kept-slices.ts'

const ETH: Market = { venue: 'v', symbol: 'ETH/USDT' }
const BTC: Market = { venue: 'v', symbol: 'BTC/USDT' }
const range = (from: number, to: number) => ({ from: epochMs(from), to: epochMs(to) })

function counting(): { read: string[]; slices: KeptSlices } {
  const read: string[] = []
  const reader = {
    slice: async (market: Market, asOf: { from: number; to: number }) => {
      read.push(`${market.symbol} ${asOf.from}`)
      return { market } as unknown as MarketSlice
    },
  } as unknown as MarketReader
  return { read, slices: new KeptSlices(reader) }
}

it('reads a stretch once', async () => {
  const { read, slices } = counting()
  const first = await slices.reader.slice(ETH, range(0, 10))
  expect(await slices.reader.slice(ETH, range(0, 10))).toBe(first)
  await slices.reader.slice(ETH, range(0, 11))
  await slices.reader.slice(BTC, range(0, 10))
  expect(read).toEqual(['ETH/USDT 0', 'ETH/USDT 0', 'BTC/USDT 0'])
})

it('reads again what a change lies in or before, of that market alone', async () => {
  const { read, slices } = counting()
  const all = async () => {
    for (const from of [0, 10]) await slices.reader.slice(ETH, range(from, from + 10))
    await slices.reader.slice(BTC, range(10, 20))
  }
  await all()
  slices.forget(ETH, 10)
  await all()
  expect(read.slice(3)).toEqual(['ETH/USDT 10'])
  slices.forgetAll()
  await all()
  expect(read).toHaveLength(7)
})

it('never keeps what was known at another time', async () => {
  const { read, slices } = counting()
  for (const _ of [1, 2]) await slices.reader.slice(ETH, range(0, 10), { knownAt: epochMs(5) })
  expect(read).toHaveLength(2)
})

it('keeps the sixteen that were asked for last', async () => {
  const { read, slices } = counting()
  for (let from = 0; from < 17; from++) await slices.reader.slice(ETH, range(from, 100))
  await slices.reader.slice(ETH, range(16, 100))
  await slices.reader.slice(ETH, range(0, 100))
  expect(read).toHaveLength(18)
})
