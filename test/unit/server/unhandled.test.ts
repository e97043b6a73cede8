// A process in which something fails that nobody caught.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const SCRIPT = fileURLToPath(new URL('unhandled-process.ts', import.meta.url))
const TYPESCRIPT = new URL('../../../bin/typescript.js', import.meta.url).href

it('a rejection is told and survived; an exception ends the process in order, never silently', () => {
  const { stdout, status } = spawnSync(process.execPath, ['--import', TYPESCRIPT, SCRIPT], {
    encoding: 'utf8',
  })
  expect(stdout.trim().split('\n')).toEqual([
    'object',
    'a failure that nobody waited for; the server goes on',
    'still here after 1',
    'an exception that nobody caught; the server ends',
    'ended in order',
  ])
  expect(status).toBe(1)
})
