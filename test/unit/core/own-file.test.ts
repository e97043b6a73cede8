// Reading a file of the workspace: what someone put in its place is neither followed nor waited for.
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { lstat, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../../src/core/database.ts'
import { copyOwnFile, readOwnFile, readOwnFileSync, replaceFileSync } from '../../../src/core/files.ts'
import { tryLock } from '../../../src/core/lock.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { keptAt, MomentStore } from '../../../src/moments/moment-store.ts'
import { holderOf, lockWorkspace } from '../../../src/server/workspace-lock.ts'

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

it('nor are they where nothing else can go on meanwhile, or by a copy', async () => {
  expect(readOwnFileSync(join(folder, 'plain')).toString()).toBe('words')
  for (const path of ['pipe', 'inside', 'outside'].map((name) => join(folder, name))) {
    expect(() => readOwnFileSync(path)).toThrow(/is a link, a folder, a pipe or a device/)
    await expect(copyOwnFile(path, join(folder, 'copy'))).rejects.toMatchObject({ code: 'not_a_file' })
  }
  await copyOwnFile(join(folder, 'plain'), join(folder, 'copy'))
  expect(await readFile(join(folder, 'copy'), 'utf8')).toBe('words')
})

it('what is written in their place takes it, and goes nowhere else', async () => {
  for (const name of ['pipe', 'inside']) {
    replaceFileSync(join(folder, name), 'mine')
    expect(await readFile(join(folder, name), 'utf8')).toBe('mine')
  }
  expect(await readFile(join(folder, 'plain'), 'utf8')).toBe('words')
})

it.each(['pipe', 'link'])('a workspace is held though its note is a %s', async (kind) => {
  const root = await mkdtemp(join(folder, 'workspace-'))
  const note = join(root, 'annotate.server.json')
  if (kind === 'pipe') execFileSync('mkfifo', [note])
  else await symlink(join(folder, 'plain'), note)
  const lock = lockWorkspace(workspaceAt(root))
  lock.announce('http://127.0.0.1:1')
  expect((await lstat(note)).isFile()).toBe(true)
  expect(holderOf(workspaceAt(root))).toEqual({ pid: process.pid, url: 'http://127.0.0.1:1' })
  lock.release()
  expect(await readFile(join(folder, 'plain'), 'utf8')).toBe('words')
})

const PUT = {
  pipe: (path: string) => void execFileSync('mkfifo', [path]),
  link: (path: string) => symlinkSync(join(folder, 'plain'), path),
  folder: (path: string) => mkdirSync(path),
}

it.each(['pipe', 'link', 'folder'] as const)(
  'a database or a lock that is a %s is named, and not opened',
  async (kind) => {
    for (const end of ['', '-wal', '-shm', '-journal']) {
      const root = await mkdtemp(join(folder, 'database-'))
      PUT[kind](join(root, `annotate.db${end}`))
      PUT[kind](join(root, `annotate.lock${end}`))
      const refusal = expect.objectContaining({
        code: 'not_a_file',
        message: expect.stringContaining(`${end} is a link, a folder, a pipe or a device`) as string,
      }) as Error
      expect(() => openDatabase(join(root, 'annotate.db'), [])).toThrow(refusal)
      expect(() => tryLock(join(root, 'annotate.lock'))).toThrow(refusal)
    }
    expect(await readFile(join(folder, 'plain'), 'utf8')).toBe('words')
  },
)

it.each(['pipe', 'link'] as const)(
  'rows of moments, which can be made again, take the place of a %s',
  async (kind) => {
    for (const end of ['', '-wal', '-shm']) {
      const path = join(await mkdtemp(join(folder, 'moments-')), 'moments.db')
      PUT[kind](`${path}${end}`)
      expect(keptAt(path)).toEqual([])
      MomentStore.open(path).close()
      expect((await lstat(path)).isFile()).toBe(true)
    }
    expect(await readFile(join(folder, 'plain'), 'utf8')).toBe('words')
  },
)
