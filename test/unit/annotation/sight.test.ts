// Stretches that were shown, merged and bounded, and what they make of a mark's provenance.
import { describe, expect, it } from 'vitest'
import { changeOf } from '../../../src/annotation/merge-stretches.ts'
import { latestOf, sightOf } from '../../../src/annotation/sight.ts'
import { HOUR, MINUTE, epochMs } from '../../../src/core/time.ts'
import { rangeOf } from '../../../src/market/ranges.ts'

const ENTRY = epochMs(Date.UTC(2024, 7, 9, 12))

describe('stretches', () => {
  it('grow where they touch, give or take a candle, and stand apart elsewhere', () => {
    const held = [rangeOf(0, 10), rangeOf(100, 110)]
    expect(changeOf(held, [rangeOf(11, 20)], 1)).toEqual({ gone: [held[0]], made: [rangeOf(0, 20)] })
    expect(changeOf(held, [rangeOf(12, 20)], 1)).toEqual({ gone: [], made: [rangeOf(12, 20)] })
    expect(changeOf(held, [rangeOf(9, 101)], 1)).toEqual({ gone: held, made: [rangeOf(0, 110)] })
    expect(changeOf(held, [rangeOf(2, 8)], 1)).toEqual({ gone: [], made: [] })
  })

  it('stay few: those that lie closest become one, and none is lost', () => {
    const added = Array.from({ length: 11 }, (_, i) => rangeOf(i * i * 10, i * i * 10 + 1))
    const { made } = changeOf([], added, 1, 10)
    expect(made.length).toBeLessThanOrEqual(10)
    for (const one of added) expect(made.some(({ from, to }) => from <= one.from && to >= one.to)).toBe(true)
    expect(made.at(-1)).toEqual(added.at(-1))
  })
})

describe('the sight of a mark', () => {
  const replay = { mode: 'replay', until: ENTRY } as const
  const minute = 5 * MINUTE

  it('is replay only where nothing after its entry was shown, whoever says so', () => {
    expect(sightOf(replay, ENTRY, minute, {})).toEqual(replay)
    expect(sightOf(replay, ENTRY, minute, { '1s': ENTRY + 1000 })).toEqual({
      mode: 'hindsight',
      until: ENTRY + 1000,
    })
    expect(sightOf({ mode: 'replay', until: ENTRY + 1 }, ENTRY, minute, {}).mode).toBe('hindsight')
  })

  it('tells of other marks how far was seen, and leaves their mode', () => {
    const after = { '1m': ENTRY + HOUR }
    for (const mode of ['hindsight', 'live', 'proposal'] as const) {
      expect(sightOf({ mode, until: null }, ENTRY, minute, after)).toEqual({ mode, until: ENTRY + HOUR })
      expect(sightOf({ mode, until: ENTRY + 2 * HOUR }, ENTRY, minute, after).until).toBe(ENTRY + 2 * HOUR)
      expect(sightOf({ mode, until: null }, ENTRY, minute, {}).until).toBeNull()
    }
  })

  it('is of candles that are short beside the mark: an hour’s tells nothing of five minutes, and all of twenty', () => {
    const after = { '1h': ENTRY + HOUR }
    expect(latestOf(after, 5 * MINUTE)).toBeNull()
    expect(latestOf(after, 15 * MINUTE)).toBe(ENTRY + HOUR)
    expect(latestOf({ '1m': ENTRY + MINUTE }, 1000)).toBe(ENTRY + MINUTE)
  })
})
