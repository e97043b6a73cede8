// The workspace's lock: one holder, and none left behind by a process that was killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { tryLock } from '../../../src/core/lock.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-lock-'))
  path = join(folder, 'deep', 'annotate.lock')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('has one holder at a time', () => {
  const first = tryLock(path)
  expect(first).not.toBeNull()
  expect(tryLock(path)).toBeNull()
  first!.release()
  const second = tryLock(path)
  expect(second).not.toBeNull()
  second!.release()
})

it('is free again after its process was killed', async () => {
  const module = new URL('../../../src/core/lock.ts', import.meta.url).href
  const code = `globalThis.held = (await import(${JSON.stringify(module)})).tryLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, [...process.execArgv, '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  expect(tryLock(path)).toBeNull()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = tryLock(path)
  expect(lock).not.toBeNull()
  lock!.release()
})
