// The table of few labels on real seconds: how its cells are ranked, its section is kept in the document, and its venues are annotated.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CellStore } from '../../../scripts/few-labels/cells.ts'
import { BESIDE } from '../../../scripts/few-labels/candle-files.ts'
import { engulfing } from '../../../scripts/few-labels/patterns/engulfing.ts'
import { rankingOf, sidedOf } from '../../../scripts/few-labels/ranking.ts'
import { perfectCell, realCells } from '../../../scripts/few-labels/real/cells.ts'
import { hasMarket, REAL_MARKETS, realSlice } from '../../../scripts/few-labels/real/markets.ts'
import { REAL_HEADING, realReport } from '../../../scripts/few-labels/real/report.ts'
import { realVenues } from '../../../scripts/few-labels/real/venue.ts'
import { sectionOf, withSection } from '../../../scripts/few-labels/sections.ts'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { START } from './demo-slice.ts'

const spy = REAL_MARKETS.find(({ id }) => id === 'spy')!
const isThere = hasMarket(BESIDE, spy)

describe('ranking', () => {
  const market = { venue: 'test', symbol: 'A/B' }
  // 100 seconds whose BUY rises and whose SELL is the same everywhere.
  const scores = Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? i / 300 : 0.2))
  const seconds = [{ market, from: START, scores }]
  const markAt = (second: number, side: 'BUY' | 'SELL') => ({
    side,
    window: { from: epochMs(START + second * SECOND), to: epochMs(START + (second + 10) * SECOND) },
  })
  it('is the share of other stretches that score lower on the side of the mark', () => {
    expect(rankingOf(seconds, [markAt(90, 'BUY')])).toBe(1)
    expect(rankingOf(seconds, [markAt(0, 'BUY')])).toBe(0)
    // Touches two of the ten stretches, above four of the other eight.
    expect(rankingOf(seconds, [markAt(45, 'BUY')])).toBe(0.5)
    expect(rankingOf(seconds, [markAt(45, 'SELL')])).toBe(0.5)
    expect(rankingOf(seconds, [markAt(200, 'BUY')])).toBeNull()
    expect(rankingOf(seconds, [])).toBeNull()
  })
  it('of sides is the share of marks whose own side scores higher', () => {
    expect(
      sidedOf(seconds, [markAt(80, 'BUY'), markAt(5, 'BUY'), markAt(5, 'SELL'), markAt(60, 'BUY')]),
    ).toBe(0.75)
    expect(sidedOf(seconds, [markAt(200, 'BUY')])).toBeNull()
  })
})

describe('sections', () => {
  const text = '# Title\n\nFirst.\n\n## One\n\na\n\n### Inner\n\nb\n\n## Two\n\nc\n'
  it('are found by their heading and put in the place of the one before', () => {
    expect(sectionOf(text, '## One')).toBe('## One\n\na\n\n### Inner\n\nb')
    expect(sectionOf(text, '## Three')).toBeNull()
    expect(withSection(text, '## One\n\nnew')).toBe('# Title\n\nFirst.\n\n## One\n\nnew\n\n## Two\n\nc\n')
    expect(withSection(text, '## Three\n\nd')).toBe(`${text}\n## Three\n\nd\n`)
  })
})

describe('cells of real seconds', () => {
  it('leave out what needs order books, and the report leaves empty what was not measured', () => {
    const cells = realCells('spy', {
      patterns: ['engulfing'],
      annotations: [5],
      seeds: [51],
      models: ['cnn', 'cob_rl', 'instant'],
    })
    expect(cells.map(({ caller }) => caller)).toEqual([
      'the pattern itself',
      'instant',
      'one random call an hour',
      'plain rule',
      'logistic regression',
      'cnn',
    ])
    const folder = mkdtempSync(join(tmpdir(), 'few-labels-real-'))
    const store = new CellStore(folder)
    const measured = {
      calls: 4,
      recall: 0.25,
      precision: 0.5,
      f1: 0.3,
      falseCallsPerHour: 0.5,
      netPct: -0.2,
      ranking: 0.7,
      loss: null,
      on: null,
      seconds: 1,
      commit: 'abc1234',
      targets: 16,
      testHours: 32,
      available: 12,
    }
    for (const cell of cells) if (cell.caller !== 'cnn') store.put(cell, measured)
    expect(store.get(perfectCell('spy engulfing'))).toMatchObject({ available: 12 })
    const callers = ['cnn', 'cob_rl', 'instant'].map((id) => ({ id, name: id }))
    const text = realReport(store, { callers, annotations: [5, 10, 50], seeds: [51] })
    expect(text.startsWith(REAL_HEADING)).toBe(true)
    expect(text).toContain("| Engulfing at an hour's extreme | 12 | 16 | 0.50 | -0.200 |")
    expect(text).toContain("| Engulfing at an hour's extreme | instant | 0.30 (1) |  | – |")
    expect(text).toContain("| Engulfing at an hour's extreme | instant | 0.25 / 0.50 |  | – |")
    expect(text).not.toContain('| cnn')
    expect(text).toContain('nothing of it was measured so far: cnn; instant on Gold (XAU/USD) squeeze-break,')
    expect(text).not.toContain('| cob_rl')
    rmSync(folder, { recursive: true })
  })
})

describe('a pattern of recorded seconds', () => {
  it.skipIf(!isThere)(
    `is annotated in the first half and tested on the rest${isThere ? '' : ' (skipped: ../shared/data is absent)'}`,
    async () => {
      const slice = realSlice(BESIDE, spy)
      const venues = realVenues({ market: spy, slice, pattern: engulfing })
      const [first, last] = [venues(0), venues(1)]
      expect(first.available).toBeGreaterThan(8)
      const [early, late] = await Promise.all([first.train(5), last.train(5)])
      const [marks, others] = [early!, late!].map(({ data }) => data.markets[0]!.marks)
      expect(marks).toHaveLength(5)
      expect(marks!.every(({ trained, exit, entry }) => trained && exit - entry === 300 * SECOND)).toBe(true)
      expect(others!.at(-1)!.exit).toBeLessThanOrEqual(spy.middle)
      expect(others![0]!.entry).toBeGreaterThan(marks![0]!.entry)
      // Reviewed from the annotation before the first of them on.
      expect(late!.data.markets[0]!.holdSpans[0]!.from).toBeGreaterThan(
        early!.data.markets[0]!.holdSpans[0]!.from,
      )
      expect(await first.train(1000)).toBeNull()
      expect(first.test.ranges[0]!.from).toBe(spy.middle)
      expect(first.perfect!()).toMatchObject({ recall: 1, f1: 1, falseCallsPerHour: 0 })
    },
  )
})
