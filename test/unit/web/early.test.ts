// A call shortly before the trader's own entry in the same move is early, whatever else counts it as false.
import { describe, expect, it } from 'vitest'
import type { AnnotationOut } from '../../../src/contract/annotations.ts'
import { earlyOf, earlyText } from '../../../src/web/marking/early.ts'

const at = (second: number): string => new Date(second * 1000).toISOString()
const marked = (id: string, entry: number, held: number, part: Partial<AnnotationOut> = {}) =>
  ({
    id,
    direction: 'LONG',
    entry: { timestamp: at(entry), price: 100 },
    exit: { timestamp: at(entry + held), price: 102 },
    holding_period_seconds: held,
    ...part,
  }) as AnnotationOut
const call = (second: number, action: 'BUY' | 'SELL' = 'BUY', price: number | null = null) => ({
  time: second * 1000,
  action,
  price,
})
const mark = marked('a', 1000, 120)

describe('an early call', () => {
  it('is told by the seconds to the entry', () => {
    const early = earlyOf(call(988), [mark])
    expect(early).toEqual({ annotation: mark, seconds: 12 })
    expect(earlyText(early!)).toBe('Early by 12 s: you entered this move at 00:16:40.')
  })

  it('lies no further before the entry than the mark is held, a minute to five', () => {
    expect(earlyOf(call(880), [mark])?.seconds).toBe(120)
    expect(earlyOf(call(879), [mark])).toBeNull()
    expect(earlyOf(call(940), [marked('b', 1000, 5)])?.seconds).toBe(60)
    expect(earlyOf(call(939), [marked('b', 1000, 5)])).toBeNull()
    expect(earlyOf(call(700), [marked('c', 1000, 9000)])?.seconds).toBe(300)
    expect(earlyOf(call(699), [marked('c', 1000, 9000)])).toBeNull()
  })

  it('is of the same direction and the same move, and of the nearest entry', () => {
    expect(earlyOf(call(988, 'SELL'), [mark])).toBeNull()
    expect(earlyOf(call(1000), [mark])).toBeNull()
    expect(earlyOf(call(988, 'BUY', 101.9), [mark])?.seconds).toBe(12)
    expect(earlyOf(call(988, 'BUY', 102), [mark])).toBeNull()
    expect(earlyOf(call(988), [marked('d', 1050, 120), mark])?.annotation.id).toBe('a')
  })
})
