// `annotate similar` and `annotate health` as processes, where no server keeps the table: it is made first, and stays.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DataSetHealth } from '../../../src/contract/data-set-health.ts'
import type { SimilarOut } from '../../../src/contract/moments.ts'
import { MINUTE, epochMs, toIso } from '../../../src/core/time.ts'
import { keptAt } from '../../../src/moments/moment-store.ts'
import { demoWorkspace, MARKET, START, type DemoWorkspace } from '../moments/demo-workspace.ts'
import { annotate, annotateJson } from './annotate.ts'

const AT = toIso(epochMs(START + 6 * MINUTE))

let demo: DemoWorkspace
beforeAll(async () => {
  demo = await demoWorkspace(START + 12 * MINUTE)
})
afterAll(() => demo.stop())

it('lists what looks like an instant, nearest first', async () => {
  const where = ['--workspace', demo.workspace.root]
  const named = ['similar', '--at', AT, '--symbol', MARKET.symbol, ...where]
  const { similar } = await annotateJson<SimilarOut>(...named, '--limit', '2')
  expect(similar).toHaveLength(2)
  expect(similar[0]).toMatchObject(MARKET)
  expect(similar[0]?.similarity).toBeGreaterThanOrEqual(similar[1]?.similarity ?? 1)
  expect(keptAt(demo.workspace.moments)[0]?.rows).toBeGreaterThan(700)
  const { stdout } = await annotate(...named)
  expect(stdout).toMatch(/^timestamp .*similarity\n/)
  expect(stdout).toContain(similar[0]?.timestamp)
  const { code, stderr } = await annotate('similar', ...where)
  expect(code).toBe(1)
  expect(stderr).toMatch(/Say which moment/)
})

it('shows the health of a data set, here one without a mark', async () => {
  const health = ['health', '--workspace', demo.workspace.root]
  expect(await annotateJson<DataSetHealth>(...health)).toMatchObject({
    annotations: 0,
    balance: { long: 0, short: 0 },
    alike: { total: 0, compared: 0, reason: null },
  })
  const there = await annotateJson<DataSetHealth>(...health, '--timezone', 'Asia/Kolkata')
  expect(there.timezone).toBe('Asia/Kolkata')
  const { stdout } = await annotate(...health)
  expect(stdout).toMatch(/^0 marks: 0 LONG, 0 SHORT; 0 rejected HOLDs, 0.0 h reviewed.\n/)
  expect(stdout).toContain('Marks that look wrong: none')
})
