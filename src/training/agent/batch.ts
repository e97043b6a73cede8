// Batches for the learner: some rows of the trader's, the rest of the agent's own, states looked up when they are needed.
import { at } from '../../core/at.ts'
import { ACTIONS } from '../../models/model.ts'
import { ACCOUNT_SIZE } from '../../models/agent/agent.ts'
import type { QBatch, States } from '../../models/agent/q-learner.ts'
import type { Random } from '../data/random.ts'
import type { DemonstrationRow, DemonstrationSet } from './demonstration-set.ts'
import type { Experience } from './experience.ts'
import { observed, type Observations } from './observations.ts'

export interface BatchSources {
  readonly observations: Observations
  readonly demonstrations: DemonstrationSet
  readonly experience: Experience
}

export interface BatchShape {
  readonly rows: number
  /** Numbers of an observation. */
  readonly size: number
  /** Of the rows, those that are demonstrations; all while there is nothing else. */
  readonly share: number
}

export interface DrawnBatch {
  readonly batch: QBatch
  /** Tells the replay buffers the errors of the batch. */
  readonly learnt: (errors: Float32Array) => void
}

export class BatchWriter {
  readonly #sources: BatchSources
  readonly #shape: BatchShape

  constructor(sources: BatchSources, shape: BatchShape) {
    this.#sources = sources
    this.#shape = shape
  }

  /**
   * A demonstration weighs its importance times the uniqueness of its annotation, in both the TD and the margin loss, as an example does
   * in a classifier's. Two annotations of the same seconds are each drawn as often as any and count half: as much as one alone.
   * What is drawn stays a matter of errors, so that where nothing overlaps not a bit changes.
   */
  async draw(importance: number, random: Random): Promise<DrawnBatch> {
    const { demonstrations, experience } = this.#sources
    const { rows, share } = this.#shape
    const uniform = (): number => random.uniform()
    const most = demonstrations.size === 0 ? 0 : Math.round(rows * share)
    const trader = experience.size === 0 ? rows : most
    const batch = emptyBatch(this.#shape)
    const shown = trader === 0 ? null : demonstrations.draw(trader, importance, uniform)
    const lived = trader === rows ? null : experience.draw(rows - trader, importance, uniform)
    if (shown !== null) {
      for (const [i, row] of shown.rows.entries()) {
        const demonstration = demonstrations.at(row)
        batch.weights[i] = at(shown.weights, i) * demonstration.weight
        this.#write(batch, i, demonstration, true)
      }
    }
    if (lived !== null) {
      batch.weights.set(lived.weights, trader)
      await this.#writeLived(batch, trader, lived.rows)
    }
    return {
      batch,
      learnt: (errors) => {
        if (shown !== null) demonstrations.update(shown.rows, errors.subarray(0, trader))
        if (lived !== null) experience.update(lived.rows, errors.subarray(trader))
      },
    }
  }

  /** Share of the demonstrations in which the highest value is the demonstrated action's, or one's that does the same. */
  async agreement(values: (states: States, rows: number) => Promise<Float32Array>): Promise<number> {
    const { demonstrations } = this.#sources
    const { rows } = this.#shape
    let agreed = 0
    for (let from = 0; from < demonstrations.size; from += rows) {
      const batch = emptyBatch(this.#shape)
      const count = Math.min(rows, demonstrations.size - from)
      for (let i = 0; i < count; i++) this.#write(batch, i, demonstrations.at(from + i), true)
      const all = await values(batch.states, rows)
      for (let i = 0; i < count; i++) {
        const own = all.subarray(i * ACTIONS.length, (i + 1) * ACTIONS.length)
        if (at(own, demonstrations.at(from + i).action) >= Math.max(...own)) agreed += 1
      }
    }
    return demonstrations.size === 0 ? 0 : agreed / demonstrations.size
  }

  async #writeLived(batch: QBatch, first: number, rows: Int32Array): Promise<void> {
    const transitions = Array.from(rows, (row) => this.#sources.experience.at(row))
    const seen = await this.#sources.observations.at(transitions.flatMap(({ state, next }) => [state, next]))
    for (const [i, { state, next, action, return: sum, discount }] of transitions.entries()) {
      const row: DemonstrationRow = {
        seen: observed(seen, 2 * i).seen,
        account: state.row,
        action,
        return: sum,
        discount,
        nextSeen: observed(seen, 2 * i + 1).seen,
        nextAccount: next.row,
        margins: NO_MARGINS,
        weight: 1,
      }
      this.#write(batch, first + i, row, false)
    }
  }

  #write(batch: QBatch, row: number, from: DemonstrationRow, isTraders: boolean): void {
    const { size } = this.#shape
    at(batch.states, 0).set(from.seen, row * size)
    at(batch.states, 1).set(from.account, row * ACCOUNT_SIZE)
    batch.actions[row] = from.action
    batch.returns[row] = from.return
    at(batch.nexts, 0).set(from.nextSeen, row * size)
    at(batch.nexts, 1).set(from.nextAccount, row * ACCOUNT_SIZE)
    batch.discounts[row] = from.discount
    batch.demonstrated[row] = isTraders ? 1 : 0
    batch.margins.set(from.margins, row * ACTIONS.length)
  }
}

const NO_MARGINS = ACTIONS.map(() => 0)

function emptyBatch({ rows, size }: BatchShape): QBatch {
  const floats = (count: number): Float32Array => new Float32Array(rows * count)
  return {
    states: [floats(size), floats(ACCOUNT_SIZE)],
    actions: new Int32Array(rows),
    returns: floats(1),
    nexts: [floats(size), floats(ACCOUNT_SIZE)],
    discounts: floats(1),
    weights: floats(1),
    demonstrated: floats(1),
    margins: floats(ACTIONS.length),
  }
}
