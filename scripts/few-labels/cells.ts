// Which cells there are, and where the measured ones are kept.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CellResult, Variant } from './cell.ts'

/** A visible pattern of a recorded market: their ids. */
export type RealName = `${string} ${string}`
export type MarketName = 'demo' | 'recorded' | RealName

export interface Cell {
  readonly market: MarketName
  /** A model's id, or a floor's name. */
  readonly caller: string
  readonly variant: Variant
  readonly annotations: number
  readonly seed: number
}

export interface Measured extends CellResult {
  /** Of the code it was measured with. */
  readonly commit: string
  readonly targets: number
  readonly testHours: number
  /** Annotations there were to choose from, where that is limited. */
  readonly available?: number
}

/** One file a cell: a run that is cut off goes on where it was. */
export class CellStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true })
  }

  get(cell: Cell): (Cell & Measured) | null {
    const path = this.#pathOf(cell)
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Cell & Measured) : null
  }

  put(cell: Cell, measured: Measured): void {
    writeFileSync(this.#pathOf(cell), `${JSON.stringify({ ...cell, ...measured }, null, 1)}\n`)
  }

  #pathOf({ market, caller, variant, annotations, seed }: Cell): string {
    const name = [market, caller, variant, annotations, seed].join('--').replaceAll(' ', '_')
    return join(this.#folder, `${name}.json`)
  }
}
