// The cells of real seconds: visible patterns of recorded markets by caller, number of labels and seed, the cheap ones first.
import { MODELS } from '../../../src/models/registry.ts'
import { FLOORS } from '../floor-cell.ts'
import type { Cell, RealName } from '../cells.ts'

/** What finds each pattern at its second; measured once a pattern, without labels. */
export const PERFECT = 'the pattern itself'

export interface RealChoice {
  readonly patterns: readonly string[]
  readonly annotations: readonly number[]
  readonly seeds: readonly number[]
  /** Ids. */
  readonly models: readonly string[]
}

export function realName(market: string, pattern: string): RealName {
  return `${market} ${pattern}`
}

/** The perfect caller's cell: it needs neither labels nor seeds. */
export function perfectCell(market: RealName): Cell {
  return { market, caller: PERFECT, variant: 'default', annotations: 0, seed: 0 }
}

/** Of one market. Models that need order books have no cells: none are recorded there. */
export function realCells(market: string, { patterns, annotations, seeds, models }: RealChoice): Cell[] {
  const able = models.filter((id) =>
    MODELS.some((model) => model.id === id && !model.needs.includes('order_book')),
  )
  const cheap = able.filter((id) => id === 'instant')
  const callers = [...cheap, ...FLOORS.toReversed(), ...able.filter((id) => id !== 'instant')]
  const names = patterns.map((pattern) => realName(market, pattern))
  return [
    ...names.map(perfectCell),
    ...callers.flatMap((caller) =>
      seeds.flatMap((seed) =>
        annotations.flatMap((count) =>
          names.map((name): Cell => ({ market: name, caller, variant: 'default', annotations: count, seed })),
        ),
      ),
    ),
  ]
}
