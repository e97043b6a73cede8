// What is known of the seconds of a block before they are gone through: scores, how unlike its training each is, and what was read of it.
import { numberAt } from '../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../core/time.ts'
import type { KnownAhead, SecondResult } from '../inference/second.ts'
import { ABSTENTIONS } from '../inference/market-seconds.ts'
import type { TimeRange } from '../market/types.ts'
import { ACTIONS } from '../models/model.ts'
import { scoresAt } from '../signals/signal.ts'

/** Three scores as if flat, three in a position. */
const OF_SECOND = 2 * ACTIONS.length
const FLAT = 0
const IN_POSITION = ACTIONS.length
/** Bytes of a second: how unlike and the price as float64, six scores as float32, one for what was read. */
const BYTES = 2 * 8 + OF_SECOND * 4 + 1
/** What was read: 0 nothing yet, an answer, else an abstention by its place. */
const ANSWERED = 1
const FIRST_ABSTENTION = 2

/** One piece of memory, as it is stored and sent. NaN: not known. */
export class KnownSeconds implements KnownAhead {
  readonly range: TimeRange
  readonly bytes: Uint8Array
  readonly #oddness: Float64Array
  readonly #price: Float64Array
  readonly #scores: Float32Array
  readonly #read: Uint8Array

  private constructor(range: TimeRange, bytes: Uint8Array<ArrayBuffer>) {
    const count = secondsIn(range)
    this.range = range
    this.bytes = bytes
    this.#oddness = new Float64Array(bytes.buffer, 0, count)
    this.#price = new Float64Array(bytes.buffer, 8 * count, count)
    this.#scores = new Float32Array(bytes.buffer, 16 * count, OF_SECOND * count)
    this.#read = new Uint8Array(bytes.buffer, (16 + OF_SECOND * 4) * count, count)
  }

  static nothing(range: TimeRange): KnownSeconds {
    const known = new KnownSeconds(range, new Uint8Array(BYTES * secondsIn(range)))
    for (const values of [known.#oddness, known.#price, known.#scores]) values.fill(Number.NaN)
    return known
  }

  /** Null where they are no bytes of these seconds, or of another version. They are copied. */
  static of(range: TimeRange, bytes: Uint8Array): KnownSeconds | null {
    return bytes.length === BYTES * secondsIn(range) ? new KnownSeconds(range, Uint8Array.from(bytes)) : null
  }

  knowsScores(second: EpochMs): boolean {
    return !Number.isNaN(numberAt(this.#scores, this.#row(second) * OF_SECOND + FLAT))
  }

  /** What the model says as if flat. */
  tellScores(second: EpochMs, scores: Float32Array): void {
    this.scores(second, false).set(scores)
  }

  tellOddness(second: EpochMs, oddness: number): void {
    this.#oddness[this.#row(second)] = oddness
  }

  /** What the model says of a second, to be written into; NaN where nothing was asked. */
  scores(second: EpochMs, inPosition: boolean): Float32Array {
    const place = this.#row(second) * OF_SECOND + (inPosition ? IN_POSITION : FLAT)
    return this.#scores.subarray(place, place + ACTIONS.length)
  }

  oddness(second: EpochMs): number | null {
    return orNull(numberAt(this.#oddness, this.#row(second)))
  }

  /** Of a model without a position, as its second was read. What these numbers can not hold stays unread. */
  tell(
    second: EpochMs,
    { reason, price, oddness }: Pick<SecondResult, 'reason' | 'price' | 'oddness'>,
  ): void {
    const row = this.#row(second)
    if (Number.isNaN(price) || Number.isNaN(oddness)) return
    this.#oddness[row] = oddness ?? Number.NaN
    this.#price[row] = price ?? Number.NaN
    this.#read[row] = reason === null ? ANSWERED : FIRST_ABSTENTION + ABSTENTIONS.indexOf(reason)
  }

  result(second: EpochMs): SecondResult | null {
    const row = this.#row(second)
    const read = this.#read[row] ?? 0
    const [price, oddness] = [orNull(numberAt(this.#price, row)), this.oddness(second)]
    const reason = ABSTENTIONS[read - FIRST_ABSTENTION]
    if (reason !== undefined) return { scores: null, own: null, reason, price, oddness }
    const scores = scoresAt(this.scores(second, false), 0)
    if (read !== ANSWERED || scores === null || price === null) return null
    return { scores, own: null, reason: null, price, shown: null, oddness }
  }

  /** Its seconds, ascending. */
  seconds(): EpochMs[] {
    return Array.from({ length: secondsIn(this.range) }, (_, i) => epochMs(this.range.from + i * SECOND))
  }

  #row(second: EpochMs): number {
    return (second - this.range.from) / SECOND
  }
}

function secondsIn({ from, to }: TimeRange): number {
  return (to - from) / SECOND
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
