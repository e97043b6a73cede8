// Rows of moments: the summaries of market states, made by the graph that stands inside the model, too.
import { at } from '../core/at.ts'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../contract/timeframes.ts'
import type { EpochMs } from '../core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../market-state/gap-share.ts'
import { StateSweep } from '../market-state/sweep.ts'
import type { MarketReader } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import { allocateInputs, type StateInputs } from '../market-state/tensors.ts'
import { exportMomentRow, ROW_SIZE } from '../models/moment-row.ts'
import { float64, Session } from '../nn/runtime.ts'

/** Rows made at once. */
const CHUNK = 64
const STATE = WINDOW * FIELDS

/** The rows of several seconds. */
export interface Rows {
  /** float32 [seconds, ROW_SIZE], row-major; zeros where there is none. */
  readonly values: Float32Array
  /** Whether the second has a row: its market state is complete enough. */
  readonly known: readonly boolean[]
}

/** Makes rows, synchronously in the calling thread underneath: keep it out of the server. */
export class MomentMaker {
  readonly #session: Session
  readonly #inputs = allocateInputs(CHUNK)

  private constructor(session: Session) {
    this.#session = session
  }

  static async open(threads = 1): Promise<MomentMaker> {
    return new MomentMaker(await Session.open(exportMomentRow(), { threads }))
  }

  /** The rows as of these instants, whole seconds that the sweep's slice serves. Nothing at or later than an instant moves its row. */
  async rows(sweep: StateSweep, instants: readonly EpochMs[]): Promise<Rows> {
    const values = new Float32Array(instants.length * ROW_SIZE)
    const known: boolean[] = []
    for (let from = 0; from < instants.length; from += CHUNK) {
      const part = instants.slice(from, from + CHUNK)
      const usable = part.map(
        (asOf, row) => sweep.writeAt(asOf, this.#inputs, row) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT,
      )
      known.push(...usable)
      if (!usable.includes(true)) continue
      const made = await this.#make(this.#inputs, 0, part.length)
      for (const [row, isUsable] of usable.entries()) {
        if (isUsable) values.set(made.subarray(row * ROW_SIZE, (row + 1) * ROW_SIZE), (from + row) * ROW_SIZE)
      }
    }
    return { values, known }
  }

  /** The rows of states that are at hand: float32 [count, ROW_SIZE]. */
  async rowsOf(states: StateInputs): Promise<Float32Array> {
    const values = new Float32Array(states.count * ROW_SIZE)
    for (let from = 0; from < states.count; from += CHUNK) {
      values.set(await this.#make(states, from, Math.min(CHUNK, states.count - from)), from * ROW_SIZE)
    }
    return values
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  async #make({ tensors }: StateInputs, from: number, count: number): Promise<Float32Array> {
    const feeds = TENSOR_NAMES.map((name) => {
      const states = tensors[name].subarray(from * STATE, (from + count) * STATE)
      return [name, float64(states, [count, WINDOW, FIELDS])] as const
    })
    const { row } = await this.#session.run(Object.fromEntries(feeds))
    return row as Float32Array
  }
}

/** The rows of a market as of these instants, whole seconds, ascending; one at least. */
export async function rowsAt(
  { reader, maker }: { readonly reader: MarketReader; readonly maker: MomentMaker },
  market: Market,
  instants: readonly EpochMs[],
): Promise<Rows> {
  const slice = await reader.slice(market, { from: at(instants, 0), to: at(instants, -1) })
  return maker.rows(new StateSweep(slice), instants)
}
