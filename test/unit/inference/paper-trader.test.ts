// The paper position of a live agent: orders filled at the next second's open, closings that are no calls, what a session shows.
import { describe, expect, it } from 'vitest'
import { PaperTrader, tradingTerms } from '../../../src/signals/paper-trader.ts'
import { SECOND, epochMs, toIso, type EpochMs } from '../../../src/core/time.ts'
import { allocateCandles, type MarketState } from '../../../src/market-state/state.ts'
import type { TrackedSecond } from '../../../src/signals/call-tracker.ts'
import { FLAT, filled } from '../../../src/signals/paper-account.ts'

const START = epochMs(Date.parse('2024-08-09T00:00:00Z'))
const at = (second: number): EpochMs => epochMs(START + second * SECOND)
const terms = { fee: 0.001, halfSpread: 0.0005, decisionSeconds: 2 }

/** The state as of a second, in which second i opened at 100 + i and closed half a unit above. */
function stateAt(second: number): MarketState {
  const candles = allocateCandles()
  for (let slot = 0; slot < 100; slot++) {
    const open = 100 + second - 100 + slot
    candles['1s'].open[slot] = open
    candles['1s'].close[slot] = open + 0.5
    candles['1m'].close[slot] = slot % 2 === 0 ? 100 : 101
  }
  return { asOf: at(second), candles } as unknown as MarketState
}

const quiet: TrackedSecond = { action: 'HOLD', call: null, opens: false }
const opening = (action: 'BUY' | 'SELL', second: number): TrackedSecond => ({
  action,
  call: { id: `call_${second}`, action, opensAt: at(second), score: 0.9 },
  opens: true,
})
const scores = (BUY: number, SELL: number) => ({ BUY, SELL, HOLD: 1 - BUY - SELL })

/** Settles and decides; a trader must be told of each second in order. */
function pass(trader: PaperTrader, second: number, tracked: TrackedSecond, own = scores(0.1, 0.1)) {
  const state = stateAt(second)
  trader.settle(state)
  const account = trader.account(state)
  return { account, ...trader.decide(state.asOf, tracked, account === null ? null : own) }
}

describe('PaperTrader', () => {
  it('fills an opening at the open of the second after the call, half a spread worse', () => {
    const trader = new PaperTrader(terms)
    expect(pass(trader, 10, opening('BUY', 10))).toMatchObject({ intent: 'open_long', opens: true })
    expect(trader.position()).toMatchObject({ side: 'FLAT', trades: 0, realised_pct: 0 })
    const next = pass(trader, 11, { ...opening('BUY', 10), opens: false })
    // The second that began at 10 opened at 110.
    const account = filled(FLAT, 'open_long', 110, at(10), terms)
    expect(trader.position()).toMatchObject({
      side: 'LONG',
      entry_price: account.entryPrice,
      opened_at: toIso(at(10)),
    })
    expect(trader.position().unrealised_pct).toBeCloseTo(100 * (0.999 * (110.5 / 110.055) - 1), 9)
    expect(next.account).toEqual([1, expect.closeTo(Math.log(110.5 / 110.055) / Math.log(1.01), 9), 1])
    expect(next).toMatchObject({ action: 'BUY', intent: 'hold', opens: false })
  })

  it('closes when the agent would rather do the opposite, as often as it decides; that is no call', () => {
    const trader = new PaperTrader(terms)
    pass(trader, 10, opening('BUY', 10))
    pass(trader, 11, quiet)
    expect(pass(trader, 13, quiet, scores(0.1, 0.8)).intent).toBe('hold')
    expect(pass(trader, 14, quiet, scores(0.1, 0.8))).toMatchObject({
      action: 'SELL',
      intent: 'close_long',
      call: null,
      opens: false,
    })
    pass(trader, 15, quiet)
    const { side, trades, realised_pct: realised } = trader.position()
    expect([side, trades]).toEqual(['FLAT', 1])
    const account = filled(filled(FLAT, 'open_long', 110, 0, terms), 'close_long', 114, 0, terms)
    expect(realised).toBeCloseTo(100 * Math.expm1(account.realised), 9)
  })

  it('closes on a call of the other side, which then opens nothing and is not shown as a call', () => {
    const trader = new PaperTrader(terms)
    pass(trader, 10, opening('SELL', 10))
    pass(trader, 11, quiet)
    expect(pass(trader, 12, opening('BUY', 12))).toMatchObject({
      action: 'BUY',
      intent: 'close_short',
      call: null,
      opens: false,
    })
    const lasting = { ...opening('BUY', 12), opens: false }
    expect(pass(trader, 13, lasting)).toMatchObject({ action: 'HOLD', intent: 'hold', call: null })
    expect(trader.position()).toMatchObject({ side: 'FLAT', trades: 1 })
    expect(pass(trader, 14, opening('BUY', 14))).toMatchObject({ action: 'BUY', intent: 'open_long' })
  })

  it('does nothing on a call of its own side', () => {
    const trader = new PaperTrader(terms)
    pass(trader, 10, opening('BUY', 10))
    pass(trader, 11, quiet)
    expect(pass(trader, 12, opening('BUY', 12))).toMatchObject({ intent: 'hold', opens: true })
  })

  it('forgets an order whose second is out of sight', () => {
    const trader = new PaperTrader(terms)
    pass(trader, 10, opening('BUY', 10))
    expect(pass(trader, 111, quiet).account).toBeNull()
    expect(trader.position()).toMatchObject({ side: 'FLAT', trades: 0 })
  })
})

describe('tradingTerms', () => {
  it('are hyperparameters of an agent; other models have none', () => {
    expect(tradingTerms({ ...terms, hidden1: 64 })).toEqual(terms)
    expect(tradingTerms({ filters1: 16 })).toBeNull()
  })
})
