// The table of few labels: mechanical marks worked out by hand, and cells that are kept, read back and told as mean ± deviation.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CellStore, type Cell, type Measured } from '../../../scripts/few-labels/cells.ts'
import { hasRecordedDays, recordedVenue } from '../../../scripts/few-labels/recorded.ts'
import { reportOf, sectionOfMarket } from '../../../scripts/few-labels/report.ts'
import { withSection } from '../../../scripts/few-labels/sections.ts'
import { tripleBarrierWinners } from '../../../scripts/few-labels/triple-barrier.ts'
import { SECOND, epochMs } from '../../../src/core/time.ts'
import { SecondBars } from '../../../src/market-state/bars.ts'
import { START, sliceOfCloses } from './demo-slice.ts'

describe('triple barriers', () => {
  const marksOf = (closes: readonly number[]) => {
    const to = epochMs(START + closes.length * SECOND)
    return tripleBarrierWinners(new SecondBars(sliceOfCloses(START, closes), { from: START, to }))
  }
  const quiet = (price: number, seconds: number) => Array<number>(seconds).fill(price)

  it('mark an event on the side that is touched first', () => {
    // 0.06 % up in one second is an event; 0.1 % down from there touches the lower barrier 20 s later.
    const closes = [...quiet(100, 10), ...quiet(100.06, 20), ...quiet(99.96, 10)]
    const [mark, ...others] = marksOf(closes)
    expect(others).toEqual([])
    expect(mark).toMatchObject({
      direction: 'SHORT',
      entry: START + 11 * SECOND,
      exit: START + 31 * SECOND,
      entryPrice: 100.06,
      exitPrice: 99.96,
      trained: true,
    })
  })
  it('leave out what is undecided after an hour, and slow drifts that never add up', () => {
    expect(marksOf([...quiet(100, 10), ...quiet(100.06, 3700), ...quiet(100.2, 10)])).toEqual([])
    expect(marksOf(quiet(100, 4000))).toEqual([])
  })
  it.skipIf(!hasRecordedDays)(
    `of the recorded days give fifty annotations and fresh ones to test on${hasRecordedDays ? '' : ' (skipped: ../shared/data is absent)'}`,
    async () => {
      const venue = recordedVenue()
      const training = await venue.train(50)
      const [market] = training!.data.markets
      expect(market!.marks).toHaveLength(50)
      expect(venue.test.targets).toBeGreaterThan(10)
      const last = market!.marks.at(-1)!
      expect(last.exit).toBeLessThan(venue.test.ranges[0]!.from)
      expect(await venue.train(500)).toBeNull()
      // One call at the first second, where nothing was marked.
      const calls = [
        {
          id: '',
          action: 'BUY' as const,
          opensAt: venue.test.ranges[0]!.from,
          score: 1,
          market: market!.market,
        },
      ]
      expect(venue.test.score(calls, 60 * SECOND)).toMatchObject({ calls: 1, recall: 0, precision: 0, f1: 0 })
    },
  )
})

describe('cells', () => {
  it('are kept in a folder, and told as mean ± deviation with the number of seeds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'few-labels-'))
    const store = new CellStore(folder)
    const cell = (seed: number): Cell => ({
      market: 'demo',
      caller: 'cnn',
      variant: 'default',
      annotations: 10,
      seed,
    })
    const measured = (f1: number): Measured => ({
      calls: 5,
      recall: f1,
      precision: null,
      f1,
      falseCallsPerHour: 0.5,
      netPct: null,
      loss: 0.1,
      on: 0.5,
      seconds: 1,
      commit: 'abc1234',
      targets: 30,
      testHours: 40,
    })
    expect(store.get(cell(1))).toBeNull()
    store.put(cell(1), measured(0.5))
    store.put(cell(2), measured(0.7))
    store.put({ ...cell(2), variant: 'no mirroring' }, measured(0.4))
    expect(new CellStore(folder).get(cell(2))).toMatchObject(measured(0.7))
    const options = {
      callers: [
        { id: 'cnn', name: 'StandardizedCNN' },
        { id: 'plain rule', name: 'plain rule' },
      ],
      annotations: [5, 10],
      seeds: [1, 2, 3],
      ablated: 'cnn',
      ablationAnnotations: [10],
    }
    const text = reportOf(store, options)
    expect(text).toContain('| StandardizedCNN |  | 0.60 ± 0.14 (2) |')
    expect(text).toContain('| plain rule |  |  |')
    expect(text).toContain('| default | 0.60 ± 0.14 (2) |  |')
    expect(text).toContain('| no mirroring | 0.40 (1) | −0.30 ± ? |')
    expect(text).toContain('| StandardizedCNN |  | no call |')
    const demo = sectionOfMarket(store, options, 'demo')
    expect(demo).toContain('Measured at commit abc1234 in 0.0 hours of one core.')
    expect(withSection(text, demo)).toBe(text)
    rmSync(folder, { recursive: true })
  })
})
