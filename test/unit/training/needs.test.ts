import { describe, expect, it } from 'vitest'
import type { TestCaseState } from '../../../src/contract/annotations.ts'
import { lacking, lackOf, requireNeeds } from '../../../src/training/data/needs.ts'

function state(share: number | null, leftOut: string | null = null): TestCaseState {
  return {
    test_case_id: 'annotation_1',
    annotation_id: '1',
    symbol: 'ETH/USDT',
    venue: 'binance',
    timestamp: '2024-01-15T10:30:00Z',
    action: 'BUY',
    profit_loss_pct: 1,
    net_profit_loss_pct: 1,
    state: 'complete',
    gap_share_pct: 0,
    order_book_gap_share_pct: share,
    left_out: leftOut,
    detail: null,
  }
}

const cases = (withBook: number, without: number): TestCaseState[] => [
  ...Array.from({ length: withBook }, () => state(0)),
  ...Array.from({ length: without }, () => state(null)),
]
const COB = { id: 'cob_rl', needs: ['order_book'] } as const
const CNN = { id: 'cnn', needs: [] } as const

describe('a model that needs order books', () => {
  it('counts the cases without one, in words', () => {
    expect(lacking(cases(8, 12), COB.needs)).toEqual([
      expect.stringMatching(/^12 of 20 test cases have no order book and are left out\./),
    ])
    expect(lacking(cases(19, 1), COB.needs)[0]).toMatch(
      /^1 of 20 test cases has no order book and is left out\./,
    )
    expect(lacking(cases(20, 0), COB.needs)).toEqual([])
    expect(lacking(cases(8, 12), CNN.needs)).toEqual([])
  })

  it('leaves out each case without one, and each with too many seconds missing', () => {
    expect([state(null), state(0), state(5), state(6)].map((one) => lackOf(one, COB.needs))).toEqual([
      'it has no order book',
      null,
      null,
      '6 % of the seconds of its order book are missing',
    ])
    expect([state(null), state(6)].map((one) => lackOf(one, CNN.needs))).toEqual([null, null])
  })

  it('is refused where no case has one, with how to record it', () => {
    expect(() => requireNeeds(cases(0, 20), COB)).toThrow(
      expect.objectContaining({ code: 'no_order_book', status: 422 }) as Error,
    )
    expect(() => requireNeeds(cases(0, 20), COB)).toThrow(
      /^20 of 20 test cases have no order book.*import book/,
    )
    expect(() => requireNeeds(cases(1, 19), COB)).not.toThrow()
    expect(() => requireNeeds(cases(0, 20), CNN)).not.toThrow()
  })

  it('leaves to others what is wrong with all cases for any model', () => {
    expect(() => requireNeeds([], COB)).not.toThrow()
    expect(() => requireNeeds([state(null, 'its mark loses')], COB)).not.toThrow()
  })
})
