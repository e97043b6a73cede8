// Writes of several streams in one transaction: together where all is well, each by itself where one fails, nothing settled that is not stored.
import { describe, expect, it } from 'vitest'
import type { MarketStore } from '../../../src/market/store/market-store.ts'
import { GroupCommit, type Staged } from '../../../src/market/streams/group-commit.ts'
import { MARKET, openStore, trade } from './fixture.ts'

/** A write of one trade, and a note of its settling. */
function write(store: MarketStore, n: number, settled: number[]): () => Staged<number> {
  return () => {
    store.addTrades(MARKET, [trade(n, 10, 1)])
    return { result: n, settle: () => void settled.push(n) }
  }
}

function failing(store: MarketStore, settled: number[]): () => Staged<number> {
  return () => {
    store.addTrades(MARKET, [trade(666, 10, 1)])
    throw new Error(`planted, ${settled.length}`)
  }
}

const stored = (store: MarketStore): number[] =>
  store.trades.read(store.open(MARKET), { from: 0 as never, to: 10_000 as never }).map(({ time }) => time)

describe('writes of one moment', () => {
  it('are one transaction, settled after it, in order', async () => {
    const store = openStore()
    let begun = 0
    const { transaction } = store
    store.transaction = function counted<T>(work: () => T): T {
      if (!store.sqlite.inTransaction) begun += 1
      return transaction.call(store, work) as T
    }
    const commits = new GroupCommit(store, () => false)
    const settled: number[] = []
    const results = await Promise.all([1, 2, 3].map((n) => commits.run(write(store, n, settled))))
    expect({ results, settled, stored: stored(store), begun }).toEqual({
      results: [1, 2, 3],
      settled: [1, 2, 3],
      stored: [1, 2, 3],
      begun: 1,
    })
  })

  it('fail alone', async () => {
    const store = openStore()
    const commits = new GroupCommit(store, () => false)
    const settled: number[] = []
    const outcomes = await Promise.allSettled([
      commits.run(write(store, 1, settled)),
      commits.run(failing(store, settled)),
      commits.run(write(store, 3, settled)),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect({ settled, stored: stored(store) }).toEqual({ settled: [1, 3], stored: [1, 3] })
  })

  it('of a single stream wait for nobody', async () => {
    const store = openStore()
    const settled: number[] = []
    const done = new GroupCommit(store, () => true).run(write(store, 1, settled))
    expect(stored(store)).toEqual([1])
    await done
    expect(settled).toEqual([1])
  })
})
