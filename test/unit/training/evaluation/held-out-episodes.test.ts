// What calls made of each held-out episode: hits by annotation, false calls by the nearest episode of the same market.
import { expect, it } from 'vitest'
import { MINUTE, SECOND, epochMs, shift } from '../../../../src/core/time.ts'
import { heldOutEpisodes } from '../../../../src/training/evaluation/held-out-episodes.ts'
import type { MarketCall, ScorableMark } from '../../../../src/training/evaluation/score-calls.ts'
import type { Mark } from '../../../../src/training/data/targets.ts'

const ETH = { venue: 'demo-1', symbol: 'ETH/USDT' }
const BTC = { venue: 'demo-1', symbol: 'BTC/USDT' }
const START = epochMs(Date.UTC(2024, 0, 15))

function markAt(id: string, minutes: number): Mark {
  const entry = shift(START, minutes * MINUTE)
  return {
    id,
    direction: 'LONG',
    entry,
    exit: shift(entry, MINUTE),
    entryPrice: 100,
    exitPrice: 101,
    trained: true,
  }
}

function episodeOf(market: typeof ETH, ...marks: readonly Mark[]) {
  const [first, last] = [marks[0], marks.at(-1)]
  if (first === undefined || last === undefined) throw new Error('an episode has marks')
  return { market, marks, span: { from: first.entry, to: last.exit } }
}

function callAt(market: typeof ETH, minutes: number): MarketCall {
  return { id: 'call', action: 'BUY', opensAt: shift(START, minutes * MINUTE), score: 0.9, market }
}

it('counts each false call once, at the nearest episode of its market within half an hour, and leaves out what was not scored', () => {
  const [a, b, c, d] = [markAt('a', 0), markAt('b', 2), markAt('c', 60), markAt('d', 200)]
  const episodes = [episodeOf(ETH, a, b), episodeOf(BTC, c), episodeOf(ETH, d)]
  const marks = [a, b, c].map((mark) => ({
    market: mark === c ? BTC : ETH,
    mark,
    side: 'BUY',
    window: { from: mark.entry, to: shift(mark.entry, 5 * SECOND) },
  })) satisfies ScorableMark[]
  const falseCalls = [callAt(ETH, 20), callAt(BTC, 59), callAt(BTC, 89), callAt(ETH, 55), callAt(BTC, 0)]
  const hits = [{ call: callAt(ETH, 2), mark: b }]
  expect(heldOutEpisodes(episodes, marks, { hits, falseCalls })).toEqual([
    { ...ETH, annotation_ids: ['a', 'b'], hits: 1, false_calls: 1 },
    { ...BTC, annotation_ids: ['c'], hits: 0, false_calls: 2 },
  ])
})
