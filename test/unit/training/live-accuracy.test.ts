// The accuracy of a live session: what annotations and reviewed spans say of its calls, and what nobody said.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import { SECOND, epochMs, toIso } from '../../../src/core/time.ts'
import { judgeCalls } from '../../../src/training/evaluation/live-accuracy.ts'

const accuracyOfCalls = (...args: Parameters<typeof judgeCalls>) => judgeCalls(...args).accuracy
const T = 1_700_000_000_000
const market = { venue: 'x', symbol: 'A/B' }
const second = (s: number) => epochMs(T + s * SECOND)
const span = (from: number, to: number) => ({ from: second(from), to: second(to) })
const call = (action: 'BUY' | 'SELL', s: number) => ({
  id: `call_${s}`,
  action,
  opensAt: second(s),
  score: 0.9,
})

/** A LONG from 1000 s to 1300 s: z is 30 s. */
function long(profit: number): AnnotationOut {
  const entry = { timestamp: toIso(second(1000)), price: 100 }
  const exit = { timestamp: toIso(second(1300)), price: 100 + profit }
  return { id: 'a', direction: 'LONG', entry, exit, profit_loss_pct: profit } as AnnotationOut
}

describe('accuracy of a session', () => {
  it('is the share of the judged calls that hit an annotation', () => {
    const calls = [call('BUY', 500), call('BUY', 1010), call('BUY', 1200), call('SELL', 3000)]
    expect(accuracyOfCalls(market, calls, [long(1)], [span(0, 2000)])).toBe(1 / 3)
  })

  it('leaves out what nobody said anything about', () => {
    expect(accuracyOfCalls(market, [call('BUY', 500), call('BUY', 1029)], [long(1)], [])).toBe(1)
    expect(accuracyOfCalls(market, [call('BUY', 500)], [long(1)], [])).toBeNull()
    expect(accuracyOfCalls(market, [call('BUY', 500)], [], [])).toBeNull()
    expect(accuracyOfCalls(market, [], [long(1)], [span(0, 2000)])).toBeNull()
  })

  it('counts a call against an annotation as wrong, and none at a losing one', () => {
    expect(accuracyOfCalls(market, [call('SELL', 1010)], [long(1)], [])).toBe(0)
    expect(accuracyOfCalls(market, [call('BUY', 1010)], [long(-1)], [span(0, 2000)])).toBeNull()
  })
})
