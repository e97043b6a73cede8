// Which session the panel names when none runs, and what it says of the time without a server.
import { describe, expect, it } from 'vitest'
import type { SessionOut, SignalOut } from '../../../src/contract/inference.ts'
import { lastSession } from '../../../src/web/actions/live.ts'
import { gapText } from '../../../src/web/panels/session-words.ts'

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
