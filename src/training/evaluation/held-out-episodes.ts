// What the calls made of each held-out episode: the pieces of evidence by which two checkpoints are compared in pairs.
import { sameMarket } from '../../contract/market-name.ts'
import type { HeldOutEpisode } from '../../contract/validation.ts'
import { MINUTE } from '../../core/time.ts'
import type { Episode } from '../examples/episodes.ts'
import type { CallReport, MarketCall, ScorableMark } from './score-calls.ts'

/** As far as an assumed span reaches: two runs with other reviewed spans are compared on the same seconds. */
const NEAR = 30 * MINUTE

/**
 * Only episodes with a scored annotation.
 * @param near false calls farther from every episode count at none, ms
 */
export function heldOutEpisodes(
  episodes: readonly Episode[],
  marks: readonly ScorableMark[],
  { hits, falseCalls }: Pick<CallReport, 'hits' | 'falseCalls'>,
  near: number = NEAR,
): HeldOutEpisode[] {
  const scored = new Set(marks.map(({ mark }) => mark.id))
  const held = episodes.filter((episode) => episode.marks.some(({ id }) => scored.has(id)))
  const falseOf = new Map<Episode, number>()
  for (const call of falseCalls) {
    const nearest = nearestTo(call, held, near)
    if (nearest !== null) falseOf.set(nearest, (falseOf.get(nearest) ?? 0) + 1)
  }
  const hit = new Set(hits.map(({ mark }) => mark.id))
  return held.map((episode) => {
    const ids = episode.marks.map(({ id }) => id).filter((id) => scored.has(id))
    return {
      venue: episode.market.venue,
      symbol: episode.market.symbol,
      annotation_ids: ids,
      hits: ids.filter((id) => hit.has(id)).length,
      false_calls: falseOf.get(episode) ?? 0,
    }
  })
}

function nearestTo(call: MarketCall, episodes: readonly Episode[], near: number): Episode | null {
  let found: Episode | null = null
  let least = near
  for (const episode of episodes) {
    if (!sameMarket(episode.market, call.market)) continue
    const { from, to } = episode.span
    const distance = Math.max(0, from - call.opensAt, call.opensAt - to)
    if (distance > least || (distance === least && found !== null)) continue
    least = distance
    found = episode
  }
  return found
}
