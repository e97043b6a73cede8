// Folders: made with all they lie in, and refused at once where the system makes none.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeFolder, makeFolderSync } from '../../../src/core/folder.ts'

const root = mkdtempSync(join(tmpdir(), 'annotate-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const ways = {
  'made in place': async (path: string): Promise<void> => makeFolderSync(path),
  'made beside other work': makeFolder,
}

describe.each(Object.entries(ways))('a folder %s', (name, make) => {
  it('is there with all it lies in, and made again changes nothing', async () => {
    const path = join(root, name, 'a', 'b')
    for (let i = 0; i < 2; i++) await make(path)
    expect(existsSync(path)).toBe(true)
  })

  it('is refused where a file is in its way', async () => {
    const file = join(root, `${name}.txt`)
    writeFileSync(file, '')
    await expect(make(file)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(make(join(file, 'a'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  // Node's recursive mkdir asks /proc again for ever.
  it.runIf(existsSync('/proc/self'))('is refused where the system makes none', async () => {
    await expect(make('/proc/annotate/a')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(make('/proc/annotate')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
