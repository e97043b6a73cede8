// Reading a file of the workspace: what someone put in its place is neither followed nor waited for.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readOwnFile } from '../../../src/core/files.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-own-file-'))
  await writeFile(join(folder, 'plain'), 'words')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a plain file is read', async () => {
  expect((await readOwnFile(join(folder, 'plain'))).toString()).toBe('words')
})

it('where there is none, node’s own error says so', async () => {
  await expect(readOwnFile(join(folder, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it('a link is not followed, wherever it leads', async () => {
  for (const [name, target] of [
    ['inside', join(folder, 'plain')],
    ['outside', '/etc/hostname'],
    ['nowhere', join(folder, 'absent')],
  ] as const) {
    await symlink(target, join(folder, name))
    await expect(readOwnFile(join(folder, name))).rejects.toMatchObject({ code: 'not_a_file' })
  }
})

it('a pipe, a folder and a device are not waited for', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const path of [join(folder, 'pipe'), folder, '/dev/zero'])
    await expect(readOwnFile(path)).rejects.toMatchObject({ code: 'not_a_file' })
})
