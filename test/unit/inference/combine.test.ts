// What several patterns come to in one second: agreement, contradiction, abstentions, and which call stands.
import { describe, expect, it } from 'vitest'
import { combine, PATTERNS_DISAGREE, type Said } from '../../../src/inference/combined/combine.ts'

const NONE: ReadonlySet<string> = new Set()

function says(pattern: string, action: Said['action'], more: Partial<Said> = {}): Said {
  const scores = { BUY: 0.3, SELL: 0.3, HOLD: 0.4 }
  const call = action === 'HOLD' ? null : `${pattern}.call`
  return { pattern, action, scores, confidence: null, price: 100, call_id: call, reason: null, ...more }
}
const abstains = (pattern: string, reason: string): Said =>
  says(pattern, 'HOLD', { reason, scores: null, price: null })

describe('several patterns in one second', () => {
  it('hold where none calls', () => {
    expect(combine([says('a', 'HOLD'), says('b', 'HOLD')], NONE)).toEqual({
      caller: null,
      reason: null,
      opens: false,
      price: 100,
    })
  })

  it('go by the one that calls, and by the surest of those that agree', () => {
    const alone = says('b', 'SELL')
    expect(combine([says('a', 'HOLD'), alone], NONE)).toMatchObject({ caller: alone, opens: true })
    const sure = says('b', 'BUY', { confidence: 61 })
    const others = [says('a', 'BUY', { confidence: 60 }), says('c', 'BUY')]
    expect(combine([...others, sure], NONE)).toMatchObject({ caller: sure, reason: null })
    const equal = [says('a', 'BUY'), says('b', 'BUY')] as const
    expect(combine(equal, NONE).caller).toBe(equal[0])
  })

  it('abstain where they contradict each other, however sure one of them is', () => {
    const parts = [
      says('a', 'BUY', { confidence: 99 }),
      says('b', 'SELL', { confidence: 1 }),
      says('c', 'BUY'),
    ]
    expect(combine(parts, new Set(['a.call']))).toEqual({
      caller: null,
      reason: PATTERNS_DISAGREE,
      opens: false,
      price: 100,
    })
  })

  it('stand by a call that was told while it lasts, and open each once', () => {
    const told = says('a', 'BUY', { confidence: 50 })
    const surer = says('b', 'BUY', { confidence: 90 })
    expect(combine([told, surer], new Set(['a.call']))).toMatchObject({ caller: told, opens: false })
    expect(combine([says('a', 'HOLD'), surer], new Set(['a.call']))).toMatchObject({
      caller: surer,
      opens: true,
    })
  })

  it('go on without one that abstains, and abstain where all do', () => {
    const failed = abstains('a', 'model_failed')
    const calls = says('b', 'BUY')
    expect(combine([failed, calls], NONE)).toMatchObject({ caller: calls, reason: null, price: 100 })
    expect(combine([failed, says('b', 'HOLD')], NONE)).toMatchObject({ caller: null, reason: null })
    expect(combine([failed, abstains('b', 'stale_data')], NONE)).toMatchObject({
      caller: null,
      reason: 'model_failed',
      price: null,
    })
  })

  it('take a position that an agent closes for no call', () => {
    const closes = says('a', 'SELL', { call_id: null })
    const calls = says('b', 'BUY')
    expect(combine([closes, calls], NONE)).toMatchObject({ caller: calls, reason: null })
  })
})
