// What the market says of its own seconds, on prices made by hand; and what is drawn of a simulated one.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, MINUTE, SECOND, epochMs } from '../../../src/core/time.ts'
import { allocateInputs } from '../../../src/market-state/tensors.ts'
import { ACTIONS } from '../../../src/models/model.ts'
import {
  newestStored,
  sliceRange,
  stretchOf,
  type TrainingData,
} from '../../../src/training/data/training-data.ts'
import { freeze, thaw } from '../../../src/training/data/frozen-data.ts'
import { HORIZON, PretextLabels, drawPretext, pretextPlan } from '../../../src/training/learning/pretext.ts'
import { Random } from '../../../src/training/data/random.ts'
import { Views } from '../../../src/training/learning/views.ts'
import { START, demoSlice, sliceOfCloses } from './demo-slice.ts'

/** Every minute of the hour before moves by 0.1 % up or down, so a horizon's deviation is 0.1 % · √5 = 0.224 %. */
const BEFORE = Array.from({ length: 61 * 60 }, (_, i) => (Math.floor(i / 60) % 2 === 0 ? 100 : 100.1))
const NOW = epochMs(START + 61 * MINUTE)
const AFTER = HORIZON / SECOND

function labelOf(after: readonly number[], instant = NOW): string | null {
  const slice = sliceOfCloses(START, [...BEFORE, ...after])
  const label = new PretextLabels({ slice: () => slice }).at(0, instant)
  return label === null ? null : ACTIONS[label]!
}

/** The last close is 100; then `price` from second `second` on. */
function moved(price: number, second: number, seconds = AFTER): number[] {
  return Array.from({ length: seconds }, (_, i) => (i < second ? 100 : price))
}

describe('the label of a second', () => {
  it('is the side that is reached first, HOLD where neither is until the horizon', () => {
    expect(labelOf(moved(100.23, 10))).toBe('BUY')
    expect(labelOf(moved(99.77, 10))).toBe('SELL')
    expect(labelOf(moved(100.2, 10))).toBe('HOLD')
    expect([labelOf(moved(0, 10)), labelOf(moved(-37.63, 10))]).toEqual(['SELL', 'SELL'])
    expect(labelOf([...moved(99.77, 10, 20), ...moved(100.5, 0, AFTER - 20)])).toBe('SELL')
  })
  it('knows nothing of what comes after the horizon', () => {
    expect(labelOf(moved(100.23, AFTER - 1))).toBe('BUY')
    expect(labelOf(moved(100.23, AFTER, AFTER + 60))).toBe('HOLD')
  })
  it('is none where the hour before, or a second until the horizon, is not known', () => {
    expect(labelOf(moved(100.23, 10, AFTER - 1))).toBeNull()
    expect(labelOf(moved(100.23, 10), epochMs(START + 50 * MINUTE))).toBeNull()
    const still = sliceOfCloses(START, new Array<number>(2 * 3600).fill(100))
    expect(new PretextLabels({ slice: () => still }).at(0, NOW)).toBeNull()
  })
})

/** Four hours of a simulated market that nobody annotated. */
function unlabelledData(): TrainingData {
  const range = { from: START, to: epochMs(START + 4 * HOUR) }
  const unlabelled = [stretchOf(demoSlice(3, sliceRange(range)), range)]
  return { markets: [], cases: [], states: allocateInputs(0), leftOut: [], warnings: [], unlabelled }
}

describe('what is drawn', () => {
  const data = unlabelledData()
  const plan = pretextPlan(data, null)!
  const views = new Views({ slices: data.unlabelled!.map(({ slice }) => slice), frozen: data.states })

  it('is as many seconds of each class, each once, with a whole horizon after it', () => {
    const drawn = drawPretext({ ...plan, most: 150 }, views, new Random(1))
    expect(ACTIONS.map((_, label) => drawn.filter((one) => one.label === label).length)).toEqual([50, 50, 50])
    expect(new Set(drawn.map(({ instant }) => instant)).size).toBe(150)
    const labels = new PretextLabels(views)
    for (const { instant, label, row, markId } of drawn) {
      expect(instant + HORIZON).toBeLessThanOrEqual(START + 4 * HOUR)
      expect(instant).toBeGreaterThanOrEqual(START)
      expect(labels.at(0, instant)).toBe(label)
      expect([row, markId]).toEqual([null, null])
    }
  })
  it('is the same for the same seed', () => {
    const instants = (seed: number) =>
      drawPretext({ ...plan, most: 30 }, views, new Random(seed)).map(({ instant }) => instant)
    expect(instants(1)).toEqual(instants(1))
    expect(instants(1)).not.toEqual(instants(2))
  })
  it('is nothing where less than an hour is stored', () => {
    const [stretch] = data.unlabelled!
    const range = { from: START, to: epochMs(START + HOUR) }
    expect(pretextPlan({ ...data, unlabelled: [{ ...stretch!, range }] }, null)).toBeNull()
    const { unlabelled: _, ...rest } = data
    expect(pretextPlan(rest, null)).toBeNull()
  })
  it('goes on from the same data where a run was cut off', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'annotate-frozen-'))
    await freeze(join(folder, 'data'), data)
    const thawed = (await thaw(join(folder, 'data')))!
    rmSync(folder, { recursive: true })
    expect(thawed.unlabelled).toEqual(data.unlabelled)
    expect(pretextPlan(thawed, null)).toEqual(plan)
  })
})

it('of what is stored the newest three days are read, what lies near together as one', () => {
  const hour = (n: number) => epochMs(START + n * HOUR)
  const span = (from: number, to: number) => ({ from: hour(from), to: hour(to) })
  expect(newestStored([span(0, 5), span(6, 10)])).toEqual([span(0, 10)])
  expect(newestStored([span(0, 10), span(100, 190)])).toEqual([
    { from: epochMs(hour(190) - 3 * DAY), to: hour(190) },
  ])
  expect(newestStored([span(0, 10), span(100, 170)])).toEqual([span(8, 10), span(100, 170)])
  expect(newestStored([])).toEqual([])
})
