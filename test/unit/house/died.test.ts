// A process that dies in the middle of a test file: the file is named, and counted as failed; where CI is set it has a second try.
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { countedRun } from '../../../scripts/vitest-run.js'

/** Dies once, or as often as it is run. */
const dying = (isOnce: boolean): string => `
import { existsSync, writeFileSync } from 'node:fs'
it('passes before', () => {})
it('dies', async () => {
  if (existsSync('dead')) return
  if (${isOnce}) writeFileSync('dead', '')
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
})`

let folder: string
let said = ''
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'annotate-died-')))
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default { test: { globals: true, pool: 'forks' } }`,
  )
  writeFileSync(join(folder, 'whole.test.mjs'), `it('passes', () => {}); it.skip('is left out', () => {})`)
  said = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => (said += String(text)) !== '')
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

async function run(isOnce: boolean, ci: NodeJS.ProcessEnv) {
  writeFileSync(join(folder, 'dying.test.mjs'), dying(isOnce))
  const { CI: _, VITEST: __, VITEST_WORKER_ID: ___, ...env } = process.env
  return countedRun([], { ...env, ...ci }, { folder, stdio: 'ignore' })
}

it('is counted as failed, and named with how it ended', async () => {
  expect(await run(true, {})).toEqual({ passed: 1, failed: 1, skipped: 1 })
  expect(said).toMatch(/The process that ran dying\.test\.mjs died before its end\.\n.*ended with: SIGKILL/)
})

it('gives the file a second try where CI is set', async () => {
  expect(await run(true, { CI: 'true' })).toEqual({ passed: 3, failed: 0, skipped: 1 })
  expect(said).toMatch(/dying\.test\.mjs died .*\n.*SIGKILL.*\n.*A second try/)
})

it('counts it as failed where it dies again', async () => {
  expect(await run(false, { CI: 'true' })).toEqual({ passed: 1, failed: 1, skipped: 1 })
})
