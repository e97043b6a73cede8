// Which session the panel shows large, or names when none runs; what a row of the table says, and of the time without a server.
import { describe, expect, it } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import {
  besideIt,
  keepSession,
  keepSignal,
  lastSession,
  runningSession,
} from '../../../src/web/actions/live.ts'
import { store } from '../../../src/web/state/app-state.ts'
import { gapText, rightText, twoLatencies } from '../../../src/web/panels/session-words.ts'

const market = { symbol: 'ETH/USDT', venue: 'binance' }
const session = (id: string, venue = 'binance') => ({ id, symbol: 'ETH/USDT', venue }) as SessionOut
const signal = (id: number, of: string) => ({ id, session: of }) as SignalOut

describe('lastSession', () => {
  it('is the one of the newest signal, though another began later by a clock that went back', () => {
    const sessions = [session('later by the clock'), session('ended last')]
    expect(
      lastSession(sessions, market, [signal(9, 'ended last'), signal(8, 'later by the clock')])?.id,
    ).toBe('ended last')
  })

  it('is the newest of the market while there are no signals; none of another market', () => {
    expect(lastSession([session('a', 'kraken'), session('b'), session('c')], market, [])?.id).toBe('b')
    expect(lastSession([session('a', 'kraken')], market, [])).toBeNull()
    expect(lastSession([session('a')], null, [])).toBeNull()
  })
})

describe('several sessions', () => {
  const live = (id: string, venue = 'binance') => ({ ...session(id, venue), state: 'running' }) as SessionOut
  const all = [
    live('newest'),
    live('other'),
    live('far', 'kraken'),
    { ...session('over'), state: 'stopped' as const },
  ]

  it('of one market: the one that was chosen is large, else the newest', () => {
    expect(runningSession(all, market, 'other')?.id).toBe('other')
    expect(runningSession(all, market, 'far')?.id).toBe('newest')
    expect(runningSession(all, market, null)?.id).toBe('newest')
    expect(runningSession([], market, 'other')).toBeNull()
  })

  it('beside it are those that run on its market, whose seconds are not shown', () => {
    expect([...besideIt(all, all[1] ?? null)]).toEqual(['newest'])
    expect(besideIt(all, null).size).toBe(0)
  })

  it('are known by their newest signal, wherever they run, until they stop', () => {
    const newest = () => [...store.get().latest].map(([id, { id: number }]) => [id, number])
    for (const [number, of] of [
      [1, 'a'],
      [2, 'far'],
      [3, 'a'],
    ] as const)
      keepSignal({ ...signal(number, of), symbol: 'X', venue: of })
    expect(newest()).toEqual([
      ['a', 3],
      ['far', 2],
    ])
    keepSession({ ...session('a'), state: 'stopped', started_at: '2026-01-15T10:00:00Z' })
    expect(newest()).toEqual([['far', 2]])
  })

  it('say in a row how fast they are and how right they were', () => {
    const latency_ms = { p50: 4.24, p99: 31.6 }
    expect(twoLatencies({ latency_ms, model_latency_ms: { p50: 1240, p99: null } })).toEqual([
      '4.2 32',
      '1.2s –',
    ])
    expect(rightText({ right_share: 0.5, right_interval: [0.154, 0.846] })).toEqual(['50 %', '15–85'])
    expect(rightText({ right_share: null, right_interval: null })).toEqual(['–', ''])
  })
})

describe('gapText', () => {
  const gap = (from: string, to: string) => ({
    from,
    to,
    seconds: (Date.parse(to) - Date.parse(from)) / 1000,
  })
  const short = gap('2026-01-15T10:30:06Z', '2026-01-15T10:40:06Z')
  const long = gap('2026-01-15T23:00:00Z', '2026-01-18T01:00:00Z')

  it('says when no server answered, and how much was missed', () => {
    expect(gapText({ gaps: [] })).toBeNull()
    expect(gapText({ gaps: [short] })).toBe(
      'No server answered from 2026-01-15 10:30:06 to 10:40:06 (10 min missed); the session went on.',
    )
    expect(gapText({ gaps: [short, long] })).toBe(
      'No server answered from 2026-01-15 23:00:00 to 2026-01-18 01:00:00 (2 d 2 h missed); the session went on. 1 stretch before.',
    )
  })

  it('says of an agent that it held its position over it', () => {
    const position = (openedAt: string | null) =>
      ({ opened_at: openedAt }) as NonNullable<SessionOut['position']>
    expect(gapText({ gaps: [short], position: position('2026-01-15T10:20:00Z') })).toContain('held meanwhile')
    for (const openedAt of [null, '2026-01-15T10:41:00Z'])
      expect(gapText({ gaps: [short], position: position(openedAt) })).not.toContain('held')
  })
})
