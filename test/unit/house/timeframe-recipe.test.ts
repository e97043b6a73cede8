// docs/recipes/add-a-timeframe.md, followed as it is written on a copy of the tree: types hold, and candles of the new timeframe are composed.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { copyOf, follow, look } from './recipe.ts'
import { typeFaults } from '../../type-faults.ts'

const START = Date.UTC(2024, 0, 15, 10)

/** What is seen of the copy's source, in a process of its own. */
interface Seen {
  readonly timeframes: readonly string[]
  readonly schema: { readonly anyOf: readonly { readonly const: string }[] }
  /** [open time, open, high, low, close, volume] of a forming and a closed candle. */
  readonly candles: readonly (readonly number[])[]
  readonly hour: readonly number[]
  readonly tensors: readonly string[]
}

/** Twenty minutes with a trade of 0.1 each second, at a price that rises by one a second. */
const LOOK = `
import { openDatabase } from './src/core/database.ts'
import { TimeframeName } from './src/contract/shapes.ts'
import { TENSOR_NAMES, TIMEFRAMES } from './src/contract/timeframes.ts'
import { createMarketReader } from './src/market/reader.ts'
import { openMarketStore } from './src/market/store/market-store.ts'
import { marketMigrations } from './src/market/store/schema.ts'

const { sqlite, close } = openDatabase('look.db', marketMigrations)
const store = openMarketStore(sqlite)
const market = { venue: 'test', symbol: 'ETH/USDT' }
const [from, to] = [${START}, ${START + 20 * 60_000}]
const trades = Array.from({ length: 1200 }, (_, i) => {
  const time = from + i * 1000
  return { id: String(i), time, sequence: i, price: 100 + i, amount: 0.1, side: 'buy', arrivedAt: time }
})
store.addTrades(market, trades)
store.cover(market, '1s', 'trades', [{ from, to }])
store.recompose(market, '1s', { from, to }, { first: null, corrected: to })
const reader = createMarketReader(store)
const rows = async (timeframe) => {
  const { candles } = await reader.candles({ market, timeframe, limit: 10, asOf: to, forming: true })
  return candles.map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume])
}
const seen = { timeframes: TIMEFRAMES, schema: TimeframeName, candles: await rows('15m'), hour: (await rows('1h'))[0], tensors: TENSOR_NAMES }
close()
console.log(JSON.stringify(seen))
`

describe('the recipe for a timeframe', { timeout: 240_000 }, () => {
  let copy = ''
  let seen: Seen

  beforeAll(() => {
    copy = copyOf([])
    follow(copy, 'add-a-timeframe.md', { diffs: 1, files: 0 })
    seen = look(copy, LOOK) as Seen
    rmSync(join(copy, 'look.mts'))
  }, 240_000)
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  it('adds it to the list and to the schema', () => {
    expect(seen.timeframes).toEqual(['1s', '1m', '15m', '1h', '1d'])
    expect(seen.schema.anyOf.map((literal) => literal.const)).toEqual(seen.timeframes)
  })

  it('composes its candles, the closed one and the one that forms, and the hour through them', () => {
    const quarter = START + 15 * 60_000
    expect(seen.candles).toEqual([
      [START, 100, 999, 100, 999, 90],
      [quarter, 1000, 1299, 1000, 1299, 30],
    ])
    expect(seen.hour).toEqual([START, 100, 1299, 100, 1299, 120])
  })

  it('leaves a test case and the models’ inputs as they are', () => {
    expect(seen.tensors).toEqual(['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d'])
  })

  it.each(effort([], ['src']))(
    'holds by its types, those of the page too: nothing is found in %s but one planted fault',
    (folder) => {
      writeFileSync(join(copy, 'src/web/planted.ts'), "export const planted: HTMLElement = 'no element'\n")
      expect(typeFaults(copy, folder)).toEqual([
        expect.stringMatching(/^src\/web\/planted\.ts: Type 'string'/),
      ])
    },
  )
})
