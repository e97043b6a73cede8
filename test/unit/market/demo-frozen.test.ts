// The demo market is frozen: every figure measured on it, and every restart, relies on these bytes.
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { HOUR, MINUTE, epochMs, shift } from '../../../src/core/time.ts'
import { createDemoMarket } from '../../../src/market/demo/demo-market.ts'
import { createGroundTruth } from '../../../src/market/demo/ground-truth.ts'
import { demoSnapshots } from '../../../src/market/demo/top-book.ts'

const FROM = epochMs(Date.parse('2026-11-20T00:00:00Z'))

function fingerprint(seed: number, symbol: string, genuineShare?: number): string {
  const options = { seed, symbol, ...(genuineShare === undefined ? {} : { genuineShare }) }
  const market = createDemoMarket(options)
  const range = { from: FROM, to: shift(FROM, 24 * HOUR) }
  const content = [
    market.candles('1d', range),
    market.candles('1h', range),
    market.candles('1m', range),
    market.candles('1s', range),
    market.tradesIn({ from: FROM, to: shift(FROM, 20 * MINUTE) }),
    market.book(shift(FROM, 12 * HOUR + 345)),
    createGroundTruth(options).breakouts(range),
  ]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

it.each([
  [1, 'ETH/USDT', undefined, '86224ae2dd7bd92e1360aad9ea295fc179ff0e61a18ab827be6918a77e9928d1'],
  [42, 'BTC/USDT', undefined, 'ad7e0f8e39b449a49bdef89bef9bedb94228e05fc8468747fcfef5791d2873aa'],
  [7, 'ETH/USDT', 0, '3634f6b9982a5e8f84abc161fffe544f5ec8ba55c8c416a8cedc58ec1d2b1e6c'],
] as const)('seed %i of %s (genuine share %s) is what it was', (seed, symbol, genuineShare, expected) => {
  expect(fingerprint(seed, symbol, genuineShare)).toBe(expected)
})

it('the books of four hours as they are recorded are what they were', () => {
  const books = demoSnapshots(createDemoMarket({ seed: 1, symbol: 'ETH/USDT' }), {
    from: FROM,
    to: shift(FROM, 4 * HOUR),
  })
  expect(createHash('sha256').update(JSON.stringify(books)).digest('hex')).toBe(
    'cb50580e0dfb0e628379c5952d779e7ee77f49100dd1ac25f6a825aee8a56fb3',
  )
})
