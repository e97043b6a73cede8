// Train = live, watched: a sample of the seconds a session answered is made again of the store, and compared bit for bit.
import { CANDLE_FIELDS, FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import { WINDOW_COLUMNS } from '../market/book/book-slice.ts'
import { SECOND, type EpochMs } from '../core/time.ts'
import type { MarketState } from '../market-state/state.ts'
import { allocateInputs, writeState, type StateInputs } from '../market-state/tensors.ts'
import type { Predictor } from '../orchestrator/predictor.ts'
import { scoresAt, type Scores } from '../signals/signal.ts'

/** What a model was shown in one second and what it said; an agent's account beside the market. */
export interface SeenSecond {
  readonly second: EpochMs
  /** Until when that was known; null in replay, where all is. */
  readonly seenAt: EpochMs | null
  readonly inputs: StateInputs
  readonly account: Float32Array | null
  readonly scores: Scores
  /** Of an agent in a position; null for all others. */
  readonly own: Scores | null
}

/** Something that a second held live and the store does not. */
export interface Mismatch {
  readonly second: EpochMs
  /** The first number that differs, in words: `ohlcv_1s close, 3 candles before the last`. */
  readonly place: string
  readonly live: SeenSecond
  readonly stored: StoredSecond
}

/** What the model is shown and says now. */
export interface StoredSecond {
  readonly inputs: StateInputs
  /** Null where what it says are no probabilities. */
  readonly scores: Scores | null
  readonly own: Scores | null
}

export interface LiveCheckParts {
  readonly predictor: Pick<Predictor, 'predict' | 'readsOrderBook'>
  /** One second of so many is looked at; 0: none. */
  readonly every: number
  /** By so many seconds its samples come later than those of a session without. */
  readonly offset: number
  /** The state of a second, of the store alone; null where it is no longer stored. */
  readonly rebuild: (second: EpochMs, knownAt: EpochMs | null) => Promise<MarketState | null>
  readonly onChecked: (found: Mismatch | null) => Promise<void>
}

/** Trades that came late are stored by then: they must change nothing of what was known. */
const LATER = 10 * SECOND
/** From one block of seconds to the next, so that every phase of the minute is looked at. */
const PHASE_STEP = 7

export class LiveCheck {
  readonly #parts: LiveCheckParts
  #waiting: SeenSecond | null = null

  constructor(parts: LiveCheckParts) {
    this.#parts = parts
  }

  isDue(second: EpochMs): boolean {
    return isSampled(second, this.#parts.every, this.#parts.offset)
  }

  /** To be looked at once it is some seconds old; `seen` must not change any more. */
  saw(seen: SeenSecond): void {
    this.#waiting ??= seen
  }

  /** As of `second`: compares what was seen long enough before, if anything was. */
  async look(second: EpochMs): Promise<void> {
    const seen = this.#waiting
    if (seen === null || second - seen.second < LATER) return
    this.#waiting = null
    const state = await this.#parts.rebuild(seen.second, seen.seenAt)
    if (state !== null) await this.#parts.onChecked(await this.#compare(seen, state))
  }

  async #compare(live: SeenSecond, state: MarketState): Promise<Mismatch | null> {
    const { predictor } = this.#parts
    const inputs = allocateInputs(1, predictor.readsOrderBook)
    writeState(state, inputs, 0)
    const { account } = live
    const scores = scoresAt(await predictor.predict(inputs), 0)
    const own = live.own === null || account === null ? null : await predictor.predict({ ...inputs, account })
    const stored = { inputs, scores, own: own === null ? null : scoresAt(own, 0) }
    const place = firstDifference(live, stored)
    return place === null ? null : { second: live.second, place, live, stored }
  }
}

/** One second of each `every`, at another place in each, `offset` further on. */
export function isSampled(second: EpochMs, every: number, offset: number): boolean {
  if (every === 0) return false
  const [index, block] = [second / SECOND, Math.floor(second / SECOND / every)]
  return index % every === (block * PHASE_STEP + offset) % every
}

function firstDifference(live: SeenSecond, stored: Mismatch['stored']): string | null {
  for (const name of TENSOR_NAMES) {
    const at = firstNumber(live.inputs.tensors[name], stored.inputs.tensors[name])
    if (at !== null) return candlePlace(name, at)
  }
  const [seen, now] = [live.inputs.orderBook, stored.inputs.orderBook]
  const inBook = seen === undefined || now === undefined ? null : firstNumber(seen, now)
  if (inBook !== null) return `order_book, ${back(inBook, WINDOW_COLUMNS, 'second')}`
  if (!isSame(live.scores, stored.scores)) return 'scores'
  const isOwnSame = live.own === null ? stored.own === null : isSame(live.own, stored.own)
  return isOwnSame ? null : 'scores in the position it held'
}

function candlePlace(name: string, index: number): string {
  return `${name} ${CANDLE_FIELDS[index % FIELDS] ?? ''}, ${back(index, FIELDS, 'candle')}`
}

/** `index` of [WINDOW, columns]. */
function back(index: number, columns: number, row: string): string {
  const rows = WINDOW - 1 - Math.floor(index / columns)
  return rows === 0 ? `the last ${row}` : `${rows} ${row}s before the last`
}

/** The index of the first number whose bits differ. */
function firstNumber(one: Float64Array, other: Float64Array): number | null {
  const index = one.findIndex((value, i) => !Object.is(value, other[i]))
  return index === -1 ? null : index
}

function isSame(one: Scores, other: Scores | null): boolean {
  return other !== null && one.BUY === other.BUY && one.SELL === other.SELL && one.HOLD === other.HOLD
}
