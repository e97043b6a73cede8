// Words of the markets dialog and of a stream's state.
import { describe, expect, it } from 'vitest'
import type { DataSourceOut, MarketOut } from '../../../src/contract/market.ts'
import { exchangesMeant, isMeant, noteOf } from '../../../src/web/markets/market-words.ts'
import { stateOf, troubleOf, troublesOf } from '../../../src/web/panels/source-words.ts'

const range = { from: '2024-08-08T00:00:00Z', to: '2024-08-09T00:00:00Z' }
const market = (part: Partial<MarketOut>): MarketOut => ({
  symbol: 'ETH/USDT',
  venue: 'binance',
  simulated: false,
  streaming: true,
  primary: false,
  state: 'streaming',
  lag_ms: 77,
  stored: { '1s': range, '1m': range, '1h': null, '1d': null },
  test_case_spans: [],
  ...part,
})

describe('the list of markets', () => {
  it('says how a stream does, else what is stored', () => {
    expect(noteOf(market({}))).toBe('live, lag 77 ms')
    expect(noteOf(market({ state: 'stale' }))).toBe('no news for a while')
    expect(noteOf(market({ streaming: false, state: null }))).toBe('stored: 1s 1m, to 2024-08-09')
    const none = { '1s': null, '1m': null, '1h': null, '1d': null }
    expect(noteOf(market({ streaming: false, state: null, stored: none }))).toBe('nothing stored')
  })

  it('takes every word of the text, in venue or symbol', () => {
    expect(isMeant(market({}), 'bin eth')).toBe(true)
    expect(isMeant(market({}), 'bin btc')).toBe(false)
    expect(isMeant(market({}), '')).toBe(true)
  })

  it('puts the well-known exchanges first, then the others by name', () => {
    expect(exchangesMeant(['zaif', 'bitget', 'kraken', 'binance'], '')).toEqual([
      'binance',
      'kraken',
      'bitget',
      'zaif',
    ])
    expect(exchangesMeant(['zaif', 'bitget', 'kraken'], 'BIT')).toEqual(['bitget'])
  })
})

const connection = {
  connected: true,
  grace_ms: 250,
  clock_offset_ms: 3,
  clock_doubted: false,
  trade_lag_ms: { p50: 40, p99: 310 },
  reconnects: 0,
  holes_filled: 0,
  gaps: 0,
  malformed_messages: 0,
  order_book: null,
  trouble: null,
}
const source = (part: Partial<DataSourceOut>): DataSourceOut => ({
  kind: 'exchange',
  venue: 'binance',
  symbol: 'ETH/USDT',
  simulated: false,
  server: null,
  state: 'streaming',
  speed: 1,
  last_event: '2024-08-09T00:00:05Z',
  lag_ms: 77,
  late_seconds: 0,
  book_seconds: { recorded: 0, late: 0 },
  connection,
  ...part,
})

describe('the state of a stream', () => {
  it('says nothing while all is well', () => {
    expect(stateOf('open', source({}))).toEqual(['good', 'Connected'])
    expect(troubleOf('open', source({}))).toBeNull()
  })

  it('says in a sentence what is down and what becomes of what is missed', () => {
    const down = source({ connection: { ...connection, connected: false, trouble: 'socket hang up' } })
    expect(stateOf('open', down)[0]).toBe('bad')
    expect(troubleOf('open', down)).toBe(
      'No connection to binance (socket hang up). Trying again; what is missed is fetched afterwards.',
    )
    expect(troubleOf('open', source({ state: 'stale' }))).toBe(
      'binance has sent nothing since 00:00:05. Models abstain until it does.',
    )
    expect(troubleOf('reconnecting', source({}))).toContain('The page has lost the server')
  })

  it('tells all it knows of the connection, and nothing that did not happen', () => {
    const lines = troublesOf(source({ late_seconds: 2, connection: { ...connection, gaps: 1 } }), [
      'Low disk.',
    ])
    expect(lines).toContain('2 seconds of the last hour came late')
    expect(lines).toContain('1 gap that could not be filled')
    expect(lines).toContain('Low disk.')
    expect(lines.join()).not.toContain('Connected again')
  })
})
