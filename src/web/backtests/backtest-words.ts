// A backtest in words: how far it is, what came of it, what it is worth. Pure.
import type { BacktestDetail, BacktestFloor, BacktestOut, TradeFigures } from '../../contract/backtests.ts'
import type { Figure } from '../../contract/validation.ts'
import { ALL_PATTERNS } from '../marking/checkpoints.ts'
import { count, dateTime, duration, plural, share, signedPct } from '../state/format.ts'

/**
 * What of the span the checkpoint was trained on: `trained` where such seconds are among those scored, `unknown` where nothing is known of
 * its training, `left_out` where there were some, and `apart` where there were none.
 */
export type Overlap = 'trained' | 'unknown' | 'left_out' | 'apart'

export function overlapOf({
  trained_overlap_seconds: seconds,
  include_trained: isIncluded,
}: Pick<BacktestOut, 'trained_overlap_seconds' | 'include_trained'>): Overlap {
  if (seconds === null) return 'unknown'
  if (seconds === 0) return 'apart'
  return isIncluded ? 'trained' : 'left_out'
}

/** `cnn 0003`; `cnn, all patterns`. */
export function nameText({ model, checkpoint }: Pick<BacktestOut, 'model' | 'checkpoint'>): string {
  return checkpoint === ALL_PATTERNS ? `${model}, all patterns` : `${model} ${checkpoint}`
}

/** Stands before every figure; null where a figure may be read without it. */
export function overlapMark(backtest: Parameters<typeof overlapOf>[0]): string | null {
  const overlap = overlapOf(backtest)
  if (overlap === 'trained') return 'TRAINED ON'
  return overlap === 'unknown' ? 'TRAINING UNKNOWN' : null
}

/** `2024-08-09 00:00:00 – 2024-08-10 00:00:00`. */
export function spanText({ from, to }: Pick<BacktestOut, 'from' | 'to'>): string {
  return `${dateTime(Date.parse(from))} – ${dateTime(Date.parse(to))}`
}

export function statusText({ status, progress, seconds, error }: BacktestOut): string {
  switch (status) {
    case 'QUEUED':
      return 'Waits until a core is free.'
    case 'RUNNING':
      return progress === 0
        ? `Reads the market: ${plural(seconds, 'second')} to score.`
        : `${share(progress)} of ${plural(seconds, 'second')}.`
    case 'PAUSED':
      return `Paused at ${share(progress)}. Resume it: what was scored is kept.`
    case 'INTERRUPTED':
      return error?.message ?? 'Interrupted. Resume it: what was scored is kept.'
    case 'CANCELLED':
      return 'Cancelled: nothing came of it. “Same terms again” starts over.'
    case 'FAILED':
      return error?.message ?? 'It failed.'
    case 'COMPLETED':
      return 'Done.'
  }
}

/** What came of it, the heaviest first; empty before it is done. */
export function resultText(backtest: BacktestOut): string[] {
  const { figures } = backtest
  if (figures === null) return []
  const all = [
    callsText(backtest, figures),
    tradesText(backtest, figures),
    againstText(figures, backtest.floors),
    marksText(figures),
  ]
  return all.filter((text) => text !== '')
}

type Figures = NonNullable<BacktestOut['figures']>

function callsText(backtest: BacktestOut, { calls, seconds_scored: scored, abstained }: Figures): string {
  const silent = Object.values(abstained).reduce((sum, n) => sum + n, 0)
  const without = silent === 0 ? '' : `, and gave no answer in ${plural(silent, 'second')}`
  const { symbol, venue } = backtest
  const called = calls === 0 ? 'made no call' : `made ${plural(calls, 'call')}`
  const who =
    backtest.checkpoint === ALL_PATTERNS ? `All patterns of ${backtest.model} together` : nameText(backtest)
  return `${who} ${called} in ${duration(scored)} of ${symbol} on ${venue}${without}.`
}

/** Fewer trades say next to nothing. */
const FEW = 30

function tradesText({ fee_pct: fee, slippage_pct: slip, barriers }: BacktestOut, figures: Figures): string {
  const { trades, net_return_pct: net, max_drawdown_pct: fall, hit_share: won, open_trades: open } = figures
  if (trades === 0) return noTradesText(figures, barriers)
  const costs = `${fee} % fees and ${slip} % slippage a side`
  const still = open === 0 ? '' : ` ${plural(open, 'trade')} had not ended.`
  const some = trades === 1 ? 'One trade is' : `${count(trades)} trades are`
  const few = trades < FEW ? ` ${some} too few to tell skill from luck.` : ''
  return `Its ${plural(trades, 'trade')} add up to ${signedPct(net)} after ${costs}; ${figureText(won)} ended above their costs; the largest fall was ${fall.toFixed(2)} points.${still}${few}`
}

function noTradesText({ calls, open_trades: open }: Figures, barriers: BacktestOut['barriers']): string {
  if (open > 0) return `None of its ${plural(open, 'trade')} had ended where the stored market does.`
  if (calls > 0 && barriers === null)
    return 'No trades were followed: nothing is marked that says what a trade is. Mark one, or name a target and how long it is held.'
  return calls === 0
    ? 'So there is no trade to judge: try a longer span, or a lower threshold by a sweep.'
    : ''
}

function againstText(figures: Figures, floors: readonly BacktestFloor[]): string {
  if (figures.trades === 0) return ''
  const rivals = floors.filter(({ id, trades }) => id !== 'annotations' && trades > 0)
  const named = (these: readonly BacktestFloor[]) =>
    these.map(({ name, net_return_pct: net }) => `${name.toLowerCase()} (${signedPct(net)})`).join(', ')
  const beaten = rivals.filter((one) => figures.net_return_pct > one.net_return_pct)
  const others = rivals.filter((one) => !beaten.includes(one))
  if (beaten.length > 0 && others.length > 0)
    return `That is more than ${named(beaten)}, and not more than ${named(others)}.`
  if (beaten.length > 0) return `That is more than ${named(beaten)}.`
  return others.length > 0 ? `That is not more than ${named(others)}.` : ''
}

function marksText({
  calls,
  matched_calls: matched,
  false_calls: wrong,
  reviewed_hours: hours,
  false_calls_per_hour: rate,
}: Figures): string {
  if (calls === 0) return ''
  const perHour =
    rate.value === null
      ? ''
      : `, ${rate.value.toFixed(2)} an hour of the ${hours.toFixed(1)} h that are reviewed`
  if (matched === 0 && wrong === 0)
    return 'Your annotations and reviewed spans say nothing of its calls: review some of the span to know.'
  return `By your annotations and reviewed spans ${count(matched)} of its calls match a mark and ${count(wrong)} are false${perHour}.`
}

/** `45 % (30 to 61)`; `–` where there is none. */
export function figureText({ value, interval }: Figure): string {
  if (value === null) return '–'
  return interval === null
    ? share(value)
    : `${share(value)} (${Math.round(interval[0] * 100)} to ${Math.round(interval[1] * 100)})`
}

/** Trades, share above costs, net, mean and drawdown, as a row of a table. */
export function figureCells({
  trades,
  hit_share: won,
  net_return_pct: net,
  mean_net_pct: mean,
  max_drawdown_pct: fall,
}: TradeFigures): readonly string[] {
  const many = Number.isInteger(trades) ? count(trades) : trades.toFixed(1)
  if (trades === 0) return [many, '–', '–', '–', '–']
  return [many, figureText(won), signedPct(net), mean === null ? '–' : signedPct(mean, 3), fall.toFixed(2)]
}

/** A call, and the trade that was made of it; of an agent a trade by itself. */
export interface CallRow {
  readonly key: string
  /** UTC ms. */
  readonly time: number
  readonly action: 'BUY' | 'SELL'
  readonly score: number | null
  readonly price: number
  readonly outcome: BacktestDetail['trades'][number]['outcome'] | null
  readonly net: number | null
  readonly isMatched: boolean
  /** Whose it is, of all patterns; null of one checkpoint. */
  readonly pattern: string | null
}

/** Ascending by time. */
export function callRows({ calls, trades }: Pick<BacktestDetail, 'calls' | 'trades'>): readonly CallRow[] {
  const ofAgent = trades.filter((trade) => trade.call_id === null)
  if (ofAgent.length > 0)
    return ofAgent.map(({ action, entered_at: at, entry_price: price, outcome, net_pct: net }, i) => {
      return {
        key: `t${i}`,
        time: Date.parse(at),
        action,
        score: null,
        price,
        outcome,
        net,
        isMatched: false,
        pattern: null,
      }
    })
  const tradeOf = new Map(trades.map((trade) => [trade.call_id, trade]))
  return calls.map(({ id, timestamp, action, score, price, matched_annotation: matched, pattern = null }) => {
    const trade = tradeOf.get(id)
    const ended = { outcome: trade?.outcome ?? null, net: trade?.net_pct ?? null }
    return {
      key: id,
      time: Date.parse(timestamp),
      action,
      score,
      price,
      ...ended,
      isMatched: matched !== null,
      pattern,
    }
  })
}
