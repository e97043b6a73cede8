// Files written whole or not at all.
import { mkdtemp, readdir, readFile, rm, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeFileWhole, writeJsonWhole } from '../../../src/core/files.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

it('makes the folders it needs and ends JSON with a newline', async () => {
  const path = join(folder, 'a', 'b', 'c.json')
  await writeJsonWhole(path, { n: 1 })
  expect(await readFile(path, 'utf8')).toBe('{\n  "n": 1\n}\n')
})

it('replaces what was there and leaves no temporary file', async () => {
  const path = join(folder, 'x')
  await writeFile(path, 'a much longer old content')
  await writeFileWhole(path, Uint8Array.from([110, 101, 119]))
  expect(await readFile(path, 'utf8')).toBe('new')
  expect(await readdir(folder)).toEqual(['x'])
})

it('leaves the old and no temporary file when it cannot replace it', async () => {
  const path = join(folder, 'taken')
  await mkdir(join(path, 'full'), { recursive: true })
  await expect(writeFileWhole(path, 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|directory/)
  expect(await readdir(folder)).toEqual(['taken'])
})

it('shows readers one content or the other, never a part', async () => {
  const path = join(folder, 'x')
  const contents = ['a'.repeat(200_000), 'b'.repeat(100_000)]
  await writeFileWhole(path, contents[0]!)
  const seen = new Set<string>()
  for (let n = 1; n <= 20; n++) {
    const written = writeFileWhole(path, contents[n % 2]!)
    for (let read = 0; read < 10; read++) seen.add(await readFile(path, 'utf8'))
    await written
  }
  for (const content of seen) expect(contents).toContain(content)
})
