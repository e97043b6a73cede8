// Training examples: an annotation's entry zone, or a HOLD and the seconds just after it.
import { at } from '../../core/at.ts'
import { sameMarket } from '../../contract/market-name.ts'
import { SECOND, epochMs, type EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import { ACTIONS } from '../../models/model.ts'
import { marketOf, type MarketData, type Stretch, type TrainingData } from '../data/training-data.ts'
import type { Zone } from '../data/targets.ts'
import { uniquenessOf } from './uniqueness.ts'

/** `rejected`: a proposal that the trader called HOLD; `spread`: evenly over what was reviewed; `market`: labelled by what the market did next, for pre-training alone. */
export type ExampleSource =
  'annotation' | 'random' | 'rejected' | 'plain_rule' | 'model' | 'spread' | 'market'

/** Plain values only: examples are sent to other processes. */
export interface Example {
  readonly source: ExampleSource
  /** Index into ACTIONS. */
  readonly label: number
  /** Index into the run's stretches. */
  readonly stretch: number
  /** The unaugmented instant. */
  readonly instant: EpochMs
  /** Views are as of any of so many whole seconds, from `instant` on. */
  readonly seconds: number
  /** Row of the frozen state of `instant`; null where it comes from the store. */
  readonly row: number | null
  /** Of its annotation. */
  readonly markId: string | null
  /** What it counts in the loss: an annotation's average uniqueness, 1 of a HOLD. */
  readonly weight: number
}

/** The stretches of all markets, in the order that `Example.stretch` counts them. */
export function allStretches(markets: readonly MarketData[]): Stretch[] {
  return markets.flatMap(({ stretches }) => stretches)
}

/** All that states are made of: the stretches, then what is stored beside them. `Example.stretch` counts on. */
export function sourceStretches(data: TrainingData): Stretch[] {
  return [...allStretches(data.markets), ...(data.unlabelled ?? [])]
}

/** Index of the stretch of `market` that holds `instant`; −1 where none does. */
export function stretchAt(stretches: readonly Stretch[], market: Market, instant: EpochMs): number {
  return stretches.findIndex(
    (stretch) =>
      sameMarket(stretch.market, market) && instant >= stretch.range.from && instant < stretch.range.to,
  )
}

/** One example an annotation whose zone stands; the seconds of a zone share its weight, as views of it. */
export function annotationExamples(data: TrainingData): Example[] {
  const stretches = allStretches(data.markets)
  const uniqueness = uniquenessOf(data.markets)
  return data.markets.flatMap((market) =>
    market.targets.zones.flatMap((zone) =>
      annotationExample(data, stretches, market, zone).map((example) => ({
        ...example,
        weight: uniqueness.get(zone.mark.id) ?? 1,
      })),
    ),
  )
}

function annotationExample(
  data: TrainingData,
  stretches: readonly Stretch[],
  { market }: MarketData,
  zone: Zone,
): Omit<Example, 'weight'>[] {
  const row = data.cases.findIndex(({ markId }) => markId === zone.mark.id)
  if (zone.label === null || row < 0) return []
  return [
    {
      source: 'annotation',
      label: ACTIONS.indexOf(zone.label),
      stretch: stretchAt(stretches, market, zone.from),
      instant: zone.from,
      seconds: Math.ceil((zone.to - zone.from) / SECOND),
      row,
      markId: zone.mark.id,
    },
  ]
}

/** A HOLD at `instant`, viewed over at most `seconds` seconds, as far as they are HOLD one after the other. */
export function holdExample(
  markets: readonly MarketData[],
  stretches: readonly Stretch[],
  stretch: number,
  instant: EpochMs,
  seconds: number,
  source: Exclude<ExampleSource, 'annotation'>,
): Example {
  const { range } = at(stretches, stretch)
  const { targets } = marketOf(markets, at(stretches, stretch))
  let length = 1
  for (; length < seconds; length++) {
    const later = epochMs(instant + length * SECOND)
    if (later >= range.to || targets.at(later) !== 'HOLD') break
  }
  return {
    source,
    label: ACTIONS.indexOf('HOLD'),
    stretch,
    instant,
    seconds: length,
    row: null,
    markId: null,
    weight: 1,
  }
}
