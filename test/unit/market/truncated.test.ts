// A database file that is cut off under a process which reads it: an error, not its death.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from './fixture.ts'

const PROGRAM = fileURLToPath(new URL('truncated-process.ts', import.meta.url))

it('says that the disk did not give a page, and lives', { timeout: 120_000 }, () => {
  const path = join(temporaryFolder(), 'annotate.db')
  const { signal, status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', PROGRAM, path], {
    encoding: 'utf8',
  })
  expect({ signal, status }).toEqual({ signal: null, status: 0 })
  expect(stdout).toMatch(/^error: .*(disk I\/O|malformed)/)
})
