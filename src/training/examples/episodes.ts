// Episodes: annotations so near to each other that they are one piece of evidence, not several.
import { SECOND, type EpochMs } from '../../core/time.ts'
import type { Market, TimeRange } from '../../market/types.ts'
import type { MarketData } from '../data/training-data.ts'
import { labelSpan, type Mark } from '../data/targets.ts'

/** Seconds kept clear around what is held out: as far back as the finest candles of a market state reach. */
export const EMBARGO = 100 * SECOND

export interface Episode {
  readonly market: Market
  /** From the first mark's T − z to the last exit + z. */
  readonly span: TimeRange
  readonly marks: readonly Mark[]
}

/** Groups the trained marks of each market whose label spans lie less than the embargo apart; ascending by time. */
export function episodesOf(markets: readonly MarketData[]): Episode[] {
  return markets.flatMap(episodesOfMarket).sort((a, b) => a.span.from - b.span.from)
}

function episodesOfMarket({ market, marks }: MarketData): Episode[] {
  const episodes: { market: Market; span: { from: EpochMs; to: EpochMs }; marks: Mark[] }[] = []
  const trained = marks.filter((mark) => mark.trained).map((mark) => ({ mark, span: labelSpan(mark) }))
  for (const { mark, span } of trained.sort((a, b) => a.span.from - b.span.from)) {
    const last = episodes.at(-1)
    if (last !== undefined && span.from - last.span.to < EMBARGO) {
      last.marks.push(mark)
      if (span.to > last.span.to) last.span.to = span.to
    } else episodes.push({ market, span: { ...span }, marks: [mark] })
  }
  return episodes
}
