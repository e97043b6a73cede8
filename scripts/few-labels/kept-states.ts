// What the instant model and the regression read of a second, made once: the cells of all patterns of a market ask about the same ones.
import { SECOND, type EpochMs } from '../../src/core/time.ts'
import type { MarketSlice } from '../../src/market/slice.ts'
import { StateSweep } from '../../src/market-state/sweep.ts'
import { KnownRows } from '../../src/moments/known-rows.ts'
import { MomentMaker } from '../../src/moments/moment-rows.ts'
import { Summaries, type SummaryRows } from '../../src/training/evaluation/logistic-floor.ts'
import { SUMMARIES } from '../../src/training/evaluation/summary-features.ts'

/** Two weeks, 2.4 GB where all are asked for. */
const MOST_ROWS = 1_209_600

export interface KeptStates {
  readonly rows: KnownRows
  readonly summaries: SummaryRows
  close(): Promise<void>
}

/** Of one slice, which all stretches must be of. */
export async function keptStates(slice: MarketSlice): Promise<KeptStates> {
  const maker = await MomentMaker.open()
  return {
    rows: new KnownRows(maker, MOST_ROWS),
    summaries: new KeptSummaries(slice),
    close: () => maker.close(),
  }
}

/** In place of a row: not asked yet, there is none, there is one. */
const [UNASKED, NONE, MADE] = [0, 1, 2]

class KeptSummaries implements SummaryRows {
  readonly #from: number
  readonly #made: Summaries
  readonly #state: Uint8Array
  readonly #rows: Float32Array

  constructor(slice: MarketSlice) {
    const { from, to } = slice.asOf
    const seconds = (to - from) / SECOND + 1
    this.#from = from
    this.#made = new Summaries([new StateSweep(slice)])
    this.#state = new Uint8Array(seconds)
    this.#rows = new Float32Array(seconds * SUMMARIES)
  }

  write(_stretch: number, asOf: EpochMs, out: Float32Array, from: number): boolean {
    const second = (asOf - this.#from) / SECOND
    const place = second * SUMMARIES
    if (this.#state[second] === UNASKED) {
      this.#state[second] = this.#made.write(0, asOf, this.#rows, place) ? MADE : NONE
    }
    if (this.#state[second] !== MADE) return false
    out.set(this.#rows.subarray(place, place + SUMMARIES), from)
    return true
  }
}
