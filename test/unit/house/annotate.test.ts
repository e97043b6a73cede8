// `annotate` runs from any folder without a build step, and so does what it forks.
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'annotate-bin-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('answers from any folder', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const answer = execFileSync(process.execPath, [join(root, 'bin/annotate.js'), '--version'], {
    cwd: folder,
    encoding: 'utf8',
  })
  expect(answer.trim()).toBe(version)
})

it('lets a process forked in a test run TypeScript', async () => {
  const file = join(folder, 'child.mts')
  writeFileSync(file, 'const answer: number = 42\nprocess.send!(answer)\nprocess.disconnect()\n')
  const child = fork(file, { cwd: folder })
  const [message] = (await once(child, 'message')) as [unknown]
  expect(message).toBe(42)
  await once(child, 'exit')
})
