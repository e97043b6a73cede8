// Rows of what models are solved on: those of annotations are of their frozen cases, those that come from the store are kept.
import { at } from '../../core/at.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import type { MarketSlice } from '../../market/slice.ts'
import { StateSweep } from '../../market-state/sweep.ts'
import { ROW_SIZE } from '../../models/moment-row.ts'
import type { KnownRows } from '../../moments/known-rows.ts'
import type { Rows } from '../../moments/moment-rows.ts'
import { rowsOf, type Shown } from './labelled-rows.ts'
import { Views, type StateSource } from './views.ts'

export class StretchRows {
  readonly #slices: readonly MarketSlice[]
  readonly #sweeps: readonly StateSweep[]
  readonly #views: Views
  readonly #known: KnownRows

  /** @param known of the same markets' data */
  constructor(source: StateSource, known: KnownRows) {
    this.#slices = source.slices
    this.#sweeps = source.slices.map((slice) => new StateSweep(slice))
    this.#views = new Views(source)
    this.#known = known
  }

  /** float32 [shown, ROW_SIZE] */
  async ofExamples(shown: readonly Shown[]): Promise<Float32Array> {
    const rows = new Float32Array(shown.length * ROW_SIZE)
    const apart = [...shown.keys()].filter((i) => isFrozen(at(shown, i)))
    for (const stretch of this.#slices.keys()) {
      const own = [...shown.keys()].filter((i) => isOf(at(shown, i), stretch))
      const { values, known } = await this.ofSeconds(
        stretch,
        own.map((i) => asOf(at(shown, i))),
      )
      scatter(values, own, rows)
      apart.push(...own.filter((_, i) => known[i] !== true))
    }
    const made = await rowsOf(
      apart.map((i) => at(shown, i)),
      this.#views,
      this.#known.maker,
    )
    scatter(made, apart, rows)
    return rows
  }

  /** @param into where the rows are written; memory of their own where absent */
  ofSeconds(stretch: number, instants: readonly EpochMs[], into?: Float32Array): Promise<Rows> {
    return this.#known.rows(at(this.#slices, stretch).market, at(this.#sweeps, stretch), instants, into)
  }
}

/** The marked second itself is as its test case has it, whatever is stored now. */
function isFrozen({ example, second }: Shown): boolean {
  return example.row !== null && second === 0
}

function isOf(shown: Shown, stretch: number): boolean {
  return !isFrozen(shown) && shown.example.stretch === stretch
}

function asOf({ example, second }: Shown): EpochMs {
  return epochMs(example.instant + second * SECOND)
}

/** Row i of `from` becomes row `places[i]` of `to`. */
function scatter(from: Float32Array, places: readonly number[], to: Float32Array): void {
  for (const [i, place] of places.entries()) {
    to.set(from.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE), place * ROW_SIZE)
  }
}
