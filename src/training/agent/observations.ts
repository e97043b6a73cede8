// What an agent sees of each second: computed once by the part of its network that holds no weights, and kept.
import { FIELDS, WINDOW } from '../../contract/timeframes.ts'
import { at, numberAt, valueAt } from '../../core/at.ts'
import type { EpochMs } from '../../core/time.ts'
import { MAX_GAP_SHARE_PCT } from '../../market-state/gap-share.ts'
import type { ModelInputs } from '../../models/model.ts'
import type { AgentNetwork } from '../../models/agent/agent.ts'
import { exportPerception } from '../../models/agent/export-agent.ts'
import { float64, Session, type DataTensor } from '../../nn/runtime.ts'
import { sizeOf } from '../../nn/value.ts'
import { recentVolatility } from '../../signals/paper-account.ts'
import type { Views } from '../learning/views.ts'

/** A second of a stretch, as an as-of instant. */
export interface Place {
  readonly stretch: number
  readonly second: EpochMs
}

export interface Observation {
  /** What the network is fed. */
  readonly seen: Float32Array
  /** Mean absolute minute return of the state. */
  readonly volatility: number
}

/** Of what was observed, what must be known: only seconds that can be seen are acted on. @throws RangeError where it is not */
export function observed(all: readonly (Observation | null)[], index: number): Observation {
  const one = at(all, index)
  if (one === null) throw new RangeError('a decision was made whose state can not be seen')
  return one
}

/** States perceived in one run; always so many, so that a second's numbers never depend on its neighbours. */
const ROWS = 32
/** Kept at most, in bytes; then all are forgotten and computed anew as they are asked for. */
const MOST_BYTES = 256 * 2 ** 20

export class Observations {
  readonly #network: AgentNetwork
  readonly #views: Views
  readonly #session: Session
  readonly #inputs: ModelInputs
  readonly #most: number
  readonly #known = new Map<string, Observation | null>()
  readonly size: number

  private constructor(network: AgentNetwork, views: Views, session: Session) {
    this.#network = network
    this.#views = views
    this.#session = session
    this.#inputs = views.allocate(ROWS)
    this.size = sizeOf(network.observation)
    this.#most = Math.floor(MOST_BYTES / (4 * this.size))
  }

  static async open(network: AgentNetwork, views: Views, threads: number): Promise<Observations> {
    return new Observations(network, views, await Session.open(exportPerception(network, ROWS), { threads }))
  }

  /** The observation of each place; null where no market state is possible or too much of it is missing. */
  async at(places: readonly Place[]): Promise<(Observation | null)[]> {
    if (this.#known.size + places.length > this.#most) this.#known.clear()
    const missing = new Map<string, Place>()
    for (const place of places) {
      const key = keyOf(place)
      if (!this.#known.has(key)) missing.set(key, place)
    }
    const wanted = [...missing]
    for (let from = 0; from < wanted.length; from += ROWS)
      await this.#perceive(wanted.slice(from, from + ROWS))
    return places.map((place) => valueAt(this.#known, keyOf(place)))
  }

  /** Observations of states that are written here and not kept: `write` fills row i of at most `count`, and says whether it could. */
  async of(
    count: number,
    write: (inputs: ModelInputs, row: number, index: number) => boolean,
  ): Promise<(Observation | null)[]> {
    const all: (Observation | null)[] = []
    for (let from = 0; from < count; from += ROWS) {
      const rows = Math.min(ROWS, count - from)
      const possible = Array.from({ length: rows }, (_, row) => write(this.#inputs, row, from + row))
      all.push(...(await this.#run(possible)))
    }
    return all
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  async #perceive(wanted: readonly (readonly [string, Place])[]): Promise<void> {
    const possible = wanted.map(([, { stretch, second }], row) => {
      const sweep = this.#views.sweep(stretch)
      return sweep.writeAt(second, this.#inputs, row) && sweep.gapSharePct <= MAX_GAP_SHARE_PCT
    })
    const observations = await this.#run(possible)
    for (const [row, [key]] of wanted.entries()) this.#known.set(key, at(observations, row))
  }

  async #run(possible: readonly boolean[]): Promise<(Observation | null)[]> {
    if (!possible.includes(true)) return possible.map(() => null)
    const result = await this.#session.run(this.#feeds())
    const all = result['observation'] as Float32Array
    return possible.map((is, row) =>
      is
        ? {
            seen: all.slice(row * this.size, (row + 1) * this.size),
            volatility: recentVolatility(minuteCloses(this.#inputs, row)),
          }
        : null,
    )
  }

  #feeds(): Record<string, DataTensor> {
    return Object.fromEntries(
      this.#network.inputs(ROWS).map(({ source, shape }) => {
        const name = source.kind === 'input' ? source.name : ''
        return [name, float64(tensorOf(this.#inputs, name), shape)]
      }),
    )
  }
}

function tensorOf({ tensors, orderBook }: ModelInputs, name: string): Float64Array {
  if (name !== 'order_book') return tensors[name as keyof typeof tensors]
  if (orderBook === undefined) throw new RangeError('The network reads order books, and the data has none.')
  return orderBook
}

function minuteCloses({ tensors }: ModelInputs, row: number): Float64Array {
  const closes = new Float64Array(WINDOW)
  for (let i = 0; i < WINDOW; i++) closes[i] = numberAt(tensors.ohlcv_1m, (row * WINDOW + i) * FIELDS + 3)
  return closes
}

function keyOf({ stretch, second }: Place): string {
  return `${stretch}:${second}`
}
