// The paper position of an agent: what an action does to it, what it is worth. One code for training, evaluation and live.

/** Short, flat, long. */
export type Position = -1 | 0 | 1

/** What an action means to whoever stands in a position. */
export type Intent = 'open_long' | 'open_short' | 'close_long' | 'close_short' | 'hold'

export interface Costs {
  /** Share of the traded value that each side costs. */
  readonly fee: number
  /** Half the spread as a share of the price: bought above it, sold below it. */
  readonly halfSpread: number
}

interface Flat {
  readonly position: 0
  readonly entryPrice: null
  readonly openedAt: null
  /** Log of the equity, which began at 1, without what the open position has gained or lost since. */
  readonly realised: number
}

interface Invested {
  readonly position: -1 | 1
  /** What the position was filled at, half the spread included. */
  readonly entryPrice: number
  /** The instant of the decision that opened it. */
  readonly openedAt: number
  readonly realised: number
}

/** Plain values only. All prices in quote units, all times in ms. */
export type PaperAccount = Flat | Invested

export const FLAT: Flat = { position: 0, entryPrice: null, openedAt: null, realised: 0 }

/** A short position that lost everything is worth this share; its logarithm stays finite. */
const LEAST_SHARE = 1e-3
/** Volatility is at least a tenth of a basis point. */
const LEAST_VOLATILITY = 1e-5

/** Flat, BUY opens a long and SELL a short. In a position the opposite action closes it, the same does nothing. */
export function intentOf(position: Position, action: 'BUY' | 'SELL' | 'HOLD'): Intent {
  if (action === 'HOLD') return 'hold'
  const side = action === 'BUY' ? 1 : -1
  if (position === 0) return side === 1 ? 'open_long' : 'open_short'
  if (position === side) return 'hold'
  return position === 1 ? 'close_long' : 'close_short'
}

/**
 * The account after an order, all of the equity in one position. At a price of 0 or below none is opened: nothing can be told as a share of it.
 * @param price the open of the second that follows the decision
 * @param at the instant of the decision
 */
export function filled(
  account: PaperAccount,
  intent: Intent,
  price: number,
  at: number,
  { fee, halfSpread }: Costs,
): PaperAccount {
  if (intent === 'hold') return account
  const bought = intent === 'open_long' || intent === 'close_short'
  const fill = price * (bought ? 1 + halfSpread : 1 - halfSpread)
  if (intent === 'open_long' || intent === 'open_short') {
    if (price <= 0) return account
    const realised = account.realised + Math.log(1 - fee)
    return { position: intent === 'open_long' ? 1 : -1, entryPrice: fill, openedAt: at, realised }
  }
  if (account.position === 0) throw new RangeError(`a flat account has no position to ${intent}`)
  const left = growth(account, fill) - (fee * Math.abs(fill)) / account.entryPrice
  return { ...FLAT, realised: account.realised + Math.log(Math.max(left, LEAST_SHARE)) }
}

/** Log of the equity with the open position at `mark`, the last price known; what closing would cost is not taken off. */
export function logEquity(account: PaperAccount, mark: number): number {
  return account.realised + unrealised(account, mark)
}

/** Log of what the open position has made of the equity since its fill. */
export function unrealised(account: PaperAccount, mark: number): number {
  return account.position === 0 ? 0 : Math.log(growth(account, mark))
}

/** [position, unrealised P&L in units of `volatility`, seconds held]: the input `account` of a model. */
export function accountRow(
  account: PaperAccount,
  mark: number,
  volatility: number,
  now: number,
): [number, number, number] {
  if (account.position === 0) return [0, 0, 0]
  return [account.position, unrealised(account, mark) / volatility, (now - account.openedAt) / 1000]
}

/** Mean absolute log return between the given closes (the 100 minutes of a market state), at least a tenth of a basis point. */
export function recentVolatility(closes: ArrayLike<number>): number {
  let sum = 0
  let before = closes[0] ?? Number.NaN
  for (let i = 1; i < closes.length; i++) {
    const close = closes[i] ?? Number.NaN
    sum += Math.abs(Math.log(close / before))
    before = close
  }
  const mean = sum / Math.max(1, closes.length - 1)
  return mean > LEAST_VOLATILITY ? mean : LEAST_VOLATILITY
}

/** Worth of the position at `price` as a share of what went into it: a short is paid back twice its entry less the price. */
function growth({ position, entryPrice }: Invested, price: number): number {
  const ratio = price / entryPrice
  return Math.max(position === 1 ? ratio : 2 - ratio, LEAST_SHARE)
}
