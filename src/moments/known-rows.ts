// Rows that are kept: a second of a market is looked at once, however often it is asked about.
import { marketKey } from '../contract/market-name.ts'
import { at } from '../core/at.ts'
import { MINUTE, SECOND, epochMs, floorTo, type EpochMs } from '../core/time.ts'
import type { StateSweep } from '../market-state/sweep.ts'
import type { Market } from '../market/types.ts'
import { ROW_SIZE } from '../models/moment-row.ts'
import type { MomentMaker, Rows } from './moment-rows.ts'

const SECONDS = MINUTE / SECOND
/** A day of one market; a minute takes 116 kB. */
const MOST_MINUTES = 1440
const [UNMADE, KNOWN, NONE] = [0, 1, 2]

interface Block {
  /** float32 [60, ROW_SIZE] */
  readonly rows: Float32Array
  /** Of each second, what is known of its row. */
  readonly made: Uint8Array
}

export class KnownRows {
  readonly #maker: MomentMaker
  readonly #most: number
  /** By market and minute; the one that was asked about longest ago comes first. */
  readonly #blocks = new Map<string, Block>()

  /** @param most minutes that are kept */
  constructor(maker: MomentMaker, most = MOST_MINUTES) {
    this.#maker = maker
    this.#most = most
  }

  /** The rows as of these instants, whole seconds that the sweep's slice serves, made where they are not known yet. */
  async rows(market: Market, sweep: StateSweep, instants: readonly EpochMs[]): Promise<Rows> {
    const places = instants.map((instant) => this.#placeOf(market, instant))
    const missing = instants.filter((_, i) => at(places, i).block.made[at(places, i).second] === UNMADE)
    if (missing.length > 0) await this.#make(market, sweep, missing)
    const values = new Float32Array(instants.length * ROW_SIZE)
    const known = places.map(({ block, second }, i) => {
      values.set(block.rows.subarray(second * ROW_SIZE, (second + 1) * ROW_SIZE), i * ROW_SIZE)
      return block.made[second] === KNOWN
    })
    this.#trim()
    return { values, known }
  }

  /** Data of a market changed, none of it earlier than `from`: rows as of later instants saw it. */
  forget(market: Market, from: number): void {
    const key = marketKey(market)
    for (const name of this.#blocks.keys()) {
      const [of, minute] = split(name)
      if (of === key && minute + MINUTE > from) this.#blocks.delete(name)
    }
  }

  forgetAll(): void {
    this.#blocks.clear()
  }

  async #make(market: Market, sweep: StateSweep, instants: readonly EpochMs[]): Promise<void> {
    const { values, known } = await this.#maker.rows(sweep, instants)
    for (const [i, instant] of instants.entries()) {
      const { block, second } = this.#placeOf(market, instant)
      block.rows.set(values.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE), second * ROW_SIZE)
      block.made[second] = known[i] === true ? KNOWN : NONE
    }
  }

  #placeOf(market: Market, instant: EpochMs): { block: Block; second: number } {
    const minute = floorTo(instant, MINUTE)
    const name = `${marketKey(market)}@${minute}`
    const block = this.#blocks.get(name) ?? emptyBlock()
    // Set anew, it is the last to go.
    this.#blocks.delete(name)
    this.#blocks.set(name, block)
    return { block, second: (instant - minute) / SECOND }
  }

  #trim(): void {
    for (const name of this.#blocks.keys()) {
      if (this.#blocks.size <= this.#most) return
      this.#blocks.delete(name)
    }
  }
}

function emptyBlock(): Block {
  return { rows: new Float32Array(SECONDS * ROW_SIZE), made: new Uint8Array(SECONDS) }
}

function split(name: string): [key: string, minute: EpochMs] {
  const end = name.lastIndexOf('@')
  return [name.slice(0, end), epochMs(Number(name.slice(end + 1)))]
}
