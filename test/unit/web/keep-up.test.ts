// Which instant charts that follow are held to.
import { describe, expect, it } from 'vitest'
import { newestOf } from '../../../src/web/app/keep-up.ts'
import { store, type AppState } from '../../../src/web/state/app-state.ts'
import { beginMark } from '../../../src/web/state/mark.ts'

const NOW = '2024-08-09T12:00:00Z'
const LAST = '2024-08-09T11:59:58Z'
const name = { venue: 'binance', symbol: 'ETH/USDT' }

function state(part: Partial<AppState> = {}, source: object = {}, primary = true): AppState {
  const stream = { ...name, state: 'streaming', speed: 1, last_event: LAST, connection: null, ...source }
  return {
    ...store.get(),
    loading: null,
    stream: 'open',
    healthAt: 1000,
    market: { ...name, primary } as AppState['market'],
    health: { now: NOW, data_sources: [stream] } as unknown as AppState['health'],
    ...part,
  }
}

describe('newestOf', () => {
  it('is the source’s clock, running on from the last health event at its speed', () => {
    expect(newestOf(state(), 3500)).toBe(Date.parse(NOW) + 2500)
    expect(newestOf(state({}, { speed: 60 }), 2000)).toBe(Date.parse(NOW) + 60_000)
  })

  it('waits as long as the source does before it decides a second', () => {
    expect(newestOf(state({}, { connection: { grace_ms: 250 } }), 1000)).toBe(Date.parse(NOW) - 250)
  })

  it('is the last event of a market that is followed beside the served one: the clock is not its own', () => {
    expect(newestOf(state({}, {}, false), 9000)).toBe(Date.parse(LAST))
  })

  it('is nothing while charts have nothing to keep up with', () => {
    expect(newestOf(state({ stream: 'reconnecting' }), 1000)).toBeNull()
    expect(newestOf(state({}, { state: 'stale' }), 1000)).toBeNull()
    expect(newestOf(state({ market: null }), 1000)).toBeNull()
    expect(newestOf(state({ cursor: { time: 5, follows: false, hidesFuture: false } }), 1000)).toBeNull()
    const mark = beginMark({ time: 5, price: 1 }, { mode: 'live', visibleUntil: null, startedAt: 0 })
    expect(newestOf(state({ mark }), 1000)).toBeNull()
  })
})
