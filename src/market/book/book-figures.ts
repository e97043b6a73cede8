// What a book's best levels say at a glance: spread, mid and imbalance.
import { sumDecimals } from '../decimal-sum.ts'
import type { FlatLevels } from './message.ts'
import { placesOf, RAW, scaled, unscaled } from './scale.ts'

export interface BookFigures {
  /** Best ask less best bid; negative where a consolidated book is crossed; null while a side is empty. */
  readonly spread: number | null
  /** Half way between best bid and best ask; null while a side is empty. */
  readonly mid: number | null
  /** (bids − asks) / (bids + asks), amounts of all levels given: −1 only asks, 1 only bids; null for a book without a level. */
  readonly imbalance: number | null
}

export function bookFigures(bids: FlatLevels, asks: FlatLevels): BookFigures {
  const [bid, ask] = [bids[0], asks[0]]
  const [offered, wanted] = [amountOf(asks), amountOf(bids)]
  const imbalance = offered + wanted === 0 ? null : (wanted - offered) / (wanted + offered)
  if (bid === undefined || ask === undefined) return { spread: null, mid: null, imbalance }
  return { ...middleOf(bid, ask), imbalance }
}

/** Exact as decimals wherever the prices are. */
function middleOf(bid: number, ask: number): { spread: number; mid: number } {
  const places = placesOf([bid, ask])
  if (places === RAW) return { spread: ask - bid, mid: (bid + ask) / 2 }
  const [low, high] = [scaled(bid, places), scaled(ask, places)]
  return { spread: unscaled(high - low, places), mid: unscaled(high + low, places) / 2 }
}

function amountOf(levels: FlatLevels): number {
  return sumDecimals(levels.filter((_, at) => at % 2 === 1))
}
