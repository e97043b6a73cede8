// What a dead process left RUNNING is told as interrupted, and only while nobody works on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { asFound } from '../../../src/cli/left-behind.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { lockWorkspace } from '../../../src/server/workspace-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'annotate-left-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('believes a stored RUNNING only where somebody holds the workspace', () => {
  const workspace = workspaceAt(folder)
  const stored = ['RUNNING', 'QUEUED', 'COMPLETED'].map((status) => ({ status }))
  const told = () => asFound({ workspace }, stored, { status: 'INTERRUPTED' }).map(({ status }) => status)
  expect(told()).toEqual(['INTERRUPTED', 'QUEUED', 'COMPLETED'])
  const lock = lockWorkspace(workspace)
  expect(told()).toEqual(['RUNNING', 'QUEUED', 'COMPLETED'])
  lock.release()
})
