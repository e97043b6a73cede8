// What the instant model would call while one marks: the calls of its own validation, made in a process of its own, anew after each mark.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PreviewOut } from '../../src/contract/preview.ts'
import { systemClock } from '../../src/core/clock.ts'
import { epochMs, toIso } from '../../src/core/time.ts'
import { instant } from '../../src/models/instant.ts'
import { localJobs } from '../../src/training/jobs/local-jobs.ts'
import { PreviewService } from '../../src/training/preview/preview-service.ts'
import { resolveParameters } from '../../src/training/runs/parameters.ts'
import { trainRun } from '../../src/training/runs/train-run.ts'
import { trainingPlace, type TrainingPlace } from './training-place.ts'

let place: TrainingPlace
let previews: PreviewService
beforeAll(async () => {
  place = await trainingPlace(3)
  previews = new PreviewService({
    workspace: place.workspace.root,
    database: { file: place.workspace.database, postgres: null },
    clock: systemClock,
  })
})
afterAll(() => {
  previews.stop()
  place.close()
})

const get = (more: object = {}): Promise<PreviewOut> =>
  previews.get(place.market, { symbol: place.market.symbol, ...more })

it('says what a run of the same marks finds out of fold', async () => {
  const preview = await get()
  const { patch } = await trainRun(await place.data(), {
    model: instant,
    parameters: resolveParameters({ model: 'instant', seed: 0 }, instant, () => 0),
    clock: systemClock,
    runJobs: localJobs(instant),
    report: () => {},
  })
  const { validation } = patch
  expect(validation).toMatchObject({
    hits: preview.hits,
    false_calls: preview.false_calls,
    missed: preview.missed,
  })
  expect(preview).toMatchObject({ annotations: 3, reason: null })
  expect(preview.hits + preview.missed).toBe(3)
  expect(preview.calls).toHaveLength(preview.hits + preview.false_calls)
  expect(preview.hours).toBeGreaterThan(0.5)
})

it('is kept until a mark changes; then one mark less is known, and none of them later than asked for', async () => {
  const before = await get()
  expect((await get()).fitted_at).toBe(before.fitted_at)
  const [first] = await place.annotations.list({})
  await place.annotations.remove(first!.id)
  try {
    previews.changed(place.market)
    expect(await get()).toMatchObject({ annotations: 2 })
    const early = await get({ to: toIso(epochMs(place.stretch.from)) })
    expect(early).toMatchObject({ annotations: 2, calls: [], hits: 0, missed: 0, misses: [] })
  } finally {
    await place.annotations.restore(first!.id)
    previews.changed(place.market)
  }
  const { calls, hits, false_calls, missed } = before
  expect(await get()).toMatchObject({ calls, hits, false_calls, missed })
})

it('says what is missing where there is nothing to hold out, or nothing at all', async () => {
  const [only, ...others] = await place.annotations.list({})
  for (const { id } of others) await place.annotations.remove(id)
  previews.changed(place.market)
  expect((await get()).reason).toMatch(/one episode.*mark another/)
  await place.annotations.remove(only!.id)
  previews.changed(place.market)
  expect(await get()).toMatchObject({ annotations: 0, reason: expect.stringMatching(/annotations first/) })
})
