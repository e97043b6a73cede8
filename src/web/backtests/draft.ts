// What is asked for, as it is typed, and the backtests it means: one for each chosen checkpoint. Pure.
import type { BacktestBody, BacktestOut, BacktestSweepBody } from '../../contract/backtests.ts'
import type { MarketName } from '../../contract/market-name.ts'
import type { MarketOut } from '../../contract/market.ts'
import { ALL_PATTERNS } from '../marking/checkpoints.ts'
import { parseTime, timeTrouble, typedTime } from '../state/typed-time.ts'
import { DAY } from '../state/timeframes.ts'

/** Fields that hold one number; empty is what the server takes by itself. */
export const NUMBERS = [
  ['fee_pct', 'Fee, % a side', 'as your marks'],
  ['slippage_pct', 'Slippage, % a side', '0'],
  ['target_pct', 'Target, %', 'by your marks'],
  ['stop_pct', 'Stop, %', 'half the target'],
  ['hold_seconds', 'Longest, seconds', 'by your marks'],
] as const
export type NumberField = (typeof NUMBERS)[number][0]

/** Fields that hold several numbers to try, `0.5, 0.6`. */
export const SWEEPS = [
  ['on', 'Threshold of a call', '0.5, 0.6, 0.7'],
  ['fee_pct', 'Fee, % a side', '0, 0.05, 0.1'],
  ['target_pct', 'Target, %', '0.3, 0.5'],
  ['stop_pct', 'Stop, %', '0.15, 0.25'],
  ['hold_seconds', 'Longest, seconds', '60, 300'],
] as const
export type SweepField = (typeof SWEEPS)[number][0]

export interface Draft {
  /** As `keyOfCheckpoint` names them; null is the one that would go live. */
  readonly checkpoints: readonly string[] | null
  /** Null is the market that is shown. */
  readonly market: MarketName | null
  /** As typed; null is what `usualSpan` says. */
  readonly from: string | null
  readonly to: string | null
  readonly numbers: Readonly<Record<NumberField, string>>
  readonly sweeps: Readonly<Record<SweepField, string>>
  readonly includesTrained: boolean
}

const NO_NUMBERS = { fee_pct: '', slippage_pct: '', target_pct: '', stop_pct: '', hold_seconds: '' }
const NO_SWEEPS = { on: '', fee_pct: '', target_pct: '', stop_pct: '', hold_seconds: '' }

/** With all that a draft leaves out. */
export type Filled = Draft & {
  readonly checkpoints: readonly string[]
  readonly from: string
  readonly to: string
}

export const EMPTY: Draft = {
  checkpoints: null,
  market: null,
  from: null,
  to: null,
  numbers: NO_NUMBERS,
  sweeps: NO_SWEEPS,
  includesTrained: false,
}

/** Of all patterns of a model by `*` in place of a version, as a backtest of them is called. */
export function keyOfCheckpoint(model: string, version: string): string {
  return `${model}@${version}`
}

/** As it was chosen. */
export function keyOfBody({ model, checkpoint, pattern }: BacktestBody): string {
  return keyOfCheckpoint(model, checkpoint ?? pattern ?? '')
}

/** The last day of stored seconds up to `horizon`, UTC ms, as it would be typed; null where none are stored. */
export function usualSpan(
  market: Pick<MarketOut, 'stored'> | null,
  horizon: number,
): { from: string; to: string } | null {
  const stored = market?.stored['1s'] ?? null
  if (stored === null) return null
  const to = Math.min(Date.parse(stored.to), horizon)
  const from = Math.max(Date.parse(stored.from), to - DAY)
  return from < to ? { from: typedTime(from), to: typedTime(to) } : null
}

/** Why a time that says its day cannot be read, in words. */
function troubleOf(text: string): string | null {
  return text.includes('-') ? timeTrouble(text, 0) : null
}

const WRITE = 'Write when it begins and ends as 2024-08-09 00:00:00.'

/** The bodies to send, in the order in which checkpoints were chosen; or why there are none, in words. */
export function bodiesOf(draft: Filled, market: MarketName): BacktestBody[] | string {
  if (draft.checkpoints.length === 0) return 'Choose a checkpoint, or several.'
  const [from, to] = [instantOf(draft.from), instantOf(draft.to)]
  if (Number.isNaN(from) || Number.isNaN(to)) return troubleOf(draft.from) ?? troubleOf(draft.to) ?? WRITE
  if (from >= to) return 'It ends before it begins: swap the two.'
  const numbers = numbersOf(draft.numbers)
  if (typeof numbers === 'string') return numbers
  const sweep = sweepOf(draft.sweeps)
  if (typeof sweep === 'string') return sweep
  const { symbol, venue } = market
  return draft.checkpoints.map((key) => {
    const at = key.lastIndexOf('@')
    const version = key.slice(at + 1)
    return {
      model: key.slice(0, at),
      ...(version === ALL_PATTERNS ? { pattern: ALL_PATTERNS } : { checkpoint: version }),
      symbol,
      venue,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      ...numbers,
      ...(draft.includesTrained ? { include_trained: true } : {}),
      ...(sweep === null ? {} : { sweep }),
    }
  })
}

/** UTC ms of what was typed; NaN also for a time alone, which is of no day here. */
export function instantOf(text: string): number {
  return text.includes('-') ? parseTime(text, 0) : Number.NaN
}

function numbersOf(typed: Draft['numbers']): Partial<Record<NumberField, number>> | string {
  const read: Partial<Record<NumberField, number>> = {}
  for (const [field, label] of NUMBERS) {
    if (typed[field].trim() === '') continue
    const value = Number(typed[field])
    if (Number.isNaN(value)) return `“${label}”: write a number, as 0.1.`
    read[field] = value
  }
  return read
}

function sweepOf(typed: Draft['sweeps']): BacktestSweepBody | string | null {
  const read: Partial<Record<SweepField, number[]>> = {}
  for (const [field, label, example] of SWEEPS) {
    const parts = typed[field].split(/[,;\s]+/).filter((part) => part !== '')
    if (parts.length === 0) continue
    const values = parts.map(Number)
    if (values.some(Number.isNaN)) return `Try “${label}”: write numbers with commas between, as ${example}.`
    read[field] = values
  }
  return Object.keys(read).length === 0 ? null : read
}

/** Where every pattern has its own, what is marked says them again. */
function commonBarriers({ barriers, patterns = [] }: BacktestOut): BacktestOut['barriers'] {
  const isSame = patterns.every((one) => JSON.stringify(one.barriers) === JSON.stringify(barriers))
  return isSame ? barriers : null
}

/** The terms of one that was started before. */
export function draftOf(backtest: BacktestOut): Draft {
  const { model, checkpoint, symbol, venue, from, to, fee_pct, slippage_pct, sweep } = backtest
  const barriers = commonBarriers(backtest)
  const tried = (field: SweepField) => [...new Set(sweep.map((row) => row[field]))]
  const listed = (field: SweepField) => (tried(field).length > 1 ? tried(field).join(', ') : '')
  return {
    checkpoints: [keyOfCheckpoint(model, checkpoint)],
    market: { symbol, venue },
    from: typedTime(Date.parse(from)),
    to: typedTime(Date.parse(to)),
    numbers: {
      fee_pct: String(fee_pct),
      slippage_pct: String(slippage_pct),
      target_pct: barriers === null ? '' : String(barriers.target_pct),
      stop_pct: barriers === null || barriers.stop_assumed ? '' : String(barriers.stop_pct),
      hold_seconds: barriers === null ? '' : String(Math.round(barriers.seconds)),
    },
    sweeps: {
      on: listed('on'),
      fee_pct: listed('fee_pct'),
      target_pct: listed('target_pct'),
      stop_pct: listed('stop_pct'),
      hold_seconds: listed('hold_seconds'),
    },
    includesTrained: backtest.include_trained,
  }
}
