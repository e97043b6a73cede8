// What is held out: one episode after the other, or from fifty on the last fifth in time.
import { epochMs, type EpochMs } from '../core/time.ts'
import type { Market, TimeRange } from '../market/types.ts'
import { EMBARGO, type Episode } from './episodes.ts'
import { clipped, sameMarket } from './data.ts'
import type { Mark } from './targets.ts'

/** Time of one market, [from, to). */
export interface Region {
  readonly market: Market
  readonly from: EpochMs
  readonly to: EpochMs
}

export interface Fold {
  /** Marks that the fold's model never sees. */
  readonly test: readonly Mark[]
  /** Marks it is trained on. */
  readonly train: readonly Mark[]
  /** Where it is scored; no HOLD of it, nor within an embargo of it, is trained on. */
  readonly regions: readonly Region[]
}

export interface Split {
  readonly method: 'leave_one_episode_out' | 'last_20_percent'
  readonly folds: readonly Fold[]
}

/** From so many episodes on, one split in time takes the place of leaving out each in turn. */
const ENOUGH_FOR_ONE_SPLIT = 50
const HELD_OUT_SHARE = 0.2

/** @param episodes ascending by time. Null where there are fewer than two: nothing can be held out. */
export function splitOf(episodes: readonly Episode[]): Split | null {
  if (episodes.length < 2) return null
  return episodes.length < ENOUGH_FOR_ONE_SPLIT
    ? { method: 'leave_one_episode_out', folds: episodes.map((episode) => leaveOut(episode, episodes)) }
    : { method: 'last_20_percent', folds: [lastFifth(episodes)] }
}

/** Whether the seconds [from, to] of a market may be trained on while the fold's regions are held out. */
export function isClearOf(fold: Fold | null, market: Market, from: EpochMs, to: EpochMs): boolean {
  if (fold === null) return true
  return fold.regions.every(
    (region) =>
      !sameMarket(region.market, market) || to + EMBARGO <= region.from || from - EMBARGO >= region.to,
  )
}

/** The parts of a range of a market that may be trained on while the fold's regions are held out. */
export function clearParts(fold: Fold | null, market: Market, range: TimeRange): TimeRange[] {
  const regions = (fold?.regions ?? []).filter((region) => sameMarket(region.market, market))
  return regions.reduce<TimeRange[]>(
    (parts, { from, to }) =>
      parts.flatMap((part) => [
        ...clipped([part], { from: epochMs(-Infinity), to: epochMs(from - EMBARGO) }),
        ...clipped([part], { from: epochMs(to + EMBARGO), to: epochMs(Infinity) }),
      ]),
    [range],
  )
}

/** Every second belongs to the nearest episode of its market: the borders lie halfway between them. */
function leaveOut(episode: Episode, episodes: readonly Episode[]): Fold {
  const neighbours = episodes.filter((other) => sameMarket(other.market, episode.market))
  const index = neighbours.indexOf(episode)
  const before = neighbours[index - 1]
  const after = neighbours[index + 1]
  const region: Region = {
    market: episode.market,
    from: before === undefined ? epochMs(-Infinity) : halfway(before.span.to, episode.span.from),
    to: after === undefined ? epochMs(Infinity) : halfway(episode.span.to, after.span.from),
  }
  const train = episodes.filter((other) => other !== episode).flatMap((other) => other.marks)
  return { test: episode.marks, train, regions: [region] }
}

/** Held out from the first of the last fifth on; what reaches into it, label span and embargo, is purged. */
function lastFifth(episodes: readonly Episode[]): Fold {
  const held = episodes.slice(-Math.max(1, Math.floor(episodes.length * HELD_OUT_SHARE)))
  const border = epochMs(Math.min(...held.map(({ span }) => span.from)))
  const train = episodes.filter((episode) => !held.includes(episode) && episode.span.to + EMBARGO <= border)
  const markets = uniqueMarkets(episodes)
  return {
    test: held.flatMap(({ marks }) => marks),
    train: train.flatMap(({ marks }) => marks),
    regions: markets.map((market) => ({ market, from: border, to: epochMs(Infinity) })),
  }
}

function halfway(a: EpochMs, b: EpochMs): EpochMs {
  return epochMs(Math.round((a + b) / 2000) * 1000)
}

function uniqueMarkets(episodes: readonly Episode[]): Market[] {
  const markets: Market[] = []
  for (const { market } of episodes) {
    if (!markets.some((known) => sameMarket(known, market))) markets.push(market)
  }
  return markets
}
