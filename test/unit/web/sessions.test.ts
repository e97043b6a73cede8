// Which session the panel names when none runs.
import { describe, expect, it } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import { lastSession } from '../../../src/web/actions/live.ts'

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
