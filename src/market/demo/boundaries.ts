// The range of an episode in ticks, and what makes it exact: it is touched, respected until the break, then broken.
import { at } from '../../core/at.ts'
import { int32At } from '../../core/number-at.ts'
import type { Block } from './block.ts'
import type { Episode } from './episode.ts'
import type { Segment } from './timeline.ts'
import { TICKS } from './units.ts'

/** A range: its highest and lowest trade prices in ticks. */
export interface Boundaries {
  readonly high: number
  readonly low: number
  /** Corrects a freshly drawn block of this segment. */
  impose(block: Block): void
}

/** The range that `segment` forms or breaks; null while wandering. */
export function boundariesOf(segment: Segment): Boundaries | null {
  const { episode, basePrice } = segment
  if (episode === null) return null
  const tickAt = (offset: number): number => Math.round(basePrice * (1 + episode.direction * offset) * TICKS)
  const high = tickAt(episode.direction > 0 ? episode.near : episode.far)
  const low = tickAt(episode.direction > 0 ? episode.far : episode.near)
  const impose = (block: Block): void => {
    if (segment.kind === 'consolidation') keepInside(block, 0, high, low)
    else imposeBreak(block, episode, high, low)
  }
  return { high, low, impose }
}

/** Moves every price into the range; from second 0 on, its extremes are stretched to touch both ends. */
function keepInside(block: Block, from: number, high: number, low: number): void {
  let highest = from
  let lowest = from
  for (let i = from; i < block.segment.length; i++) {
    if (block.count[i] === 0) continue
    if (int32At(block.high, i) > high || int32At(block.low, i) < low) clampSecond(block, i, high, low)
    if (block.count[highest] === 0 || int32At(block.high, i) > int32At(block.high, highest)) highest = i
    if (block.count[lowest] === 0 || int32At(block.low, i) < int32At(block.low, lowest)) lowest = i
  }
  if (from > 0) return
  ensureTrades(block, highest)
  ensureTrades(block, lowest)
  block.high[highest] = high
  block.low[lowest] = low
}

function clampSecond({ open, high, low, close }: Block, i: number, top: number, bottom: number): void {
  const clamp = (price: number): number => Math.max(bottom, Math.min(top, price))
  open[i] = clamp(int32At(open, i))
  high[i] = clamp(int32At(high, i))
  low[i] = clamp(int32At(low, i))
  close[i] = clamp(int32At(close, i))
}

/** The first second opens inside and closes beyond; a failed break stays inside once it has settled there. */
function imposeBreak(
  block: Block,
  { direction, genuine, returnSecond }: Episode,
  high: number,
  low: number,
): void {
  const edge = direction > 0 ? high : low
  const inside = (price: number): number => (direction > 0 ? Math.min(edge, price) : Math.max(edge, price))
  const beyond = (price: number): number =>
    direction > 0 ? Math.max(edge + 1, price) : Math.min(edge - 1, price)
  const wasQuiet = block.count[0] === 0
  const opened = Math.round(block.segment.fromPrice * TICKS)
  block.open[0] = inside(wasQuiet ? opened : int32At(block.open, 0))
  block.close[0] = beyond(wasQuiet ? edge : int32At(block.close, 0))
  block.high[0] = Math.max(block.open[0], block.close[0], wasQuiet ? 0 : int32At(block.high, 0))
  block.low[0] = Math.min(block.open[0], block.close[0], wasQuiet ? block.open[0] : int32At(block.low, 0))
  if (wasQuiet) block.volume[0] = 0
  ensureTrades(block, 0)
  if (!genuine) keepInside(block, Math.min(returnSecond + 10, block.segment.length), high, low)
}

/** At least four trades, the number that can show any open, high, low and close. */
function ensureTrades(block: Block, i: number): void {
  block.count[i] = Math.max(4, at(block.count, i))
  block.volume[i] = Math.max(block.count[i], int32At(block.volume, i))
}
