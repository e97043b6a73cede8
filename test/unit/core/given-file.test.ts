// Files that a user names: a pipe, a folder or a device is refused at once; a link, and what a shell's <(…) gives, are read.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readGivenFile, statGivenFile } from '../../../src/core/given-file.ts'
import { FileBytes } from '../../../src/market/importing/file-bytes.ts'
import { ArchiveReader } from '../../../src/keeping/archive-reader.ts'

const ROOT = new URL('../../..', import.meta.url).pathname

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'annotate-given-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

it.skipIf(process.platform === 'win32')(
  'refuses a named pipe, which would be waited for without end',
  async () => {
    const pipe = join(folder(), 'trades.csv')
    execFileSync('mkfifo', [pipe])
    const refusal = {
      code: 'not_a_file',
      message: `${pipe} is a named pipe, not a file. Give a file that lies on disk.`,
    }
    await expect(readGivenFile(pipe)).rejects.toMatchObject(refusal)
    await expect(new FileBytes(pipe).head()).rejects.toMatchObject(refusal)
    await expect(ArchiveReader.open(pipe)).rejects.toMatchObject(refusal)
    const link = join(folder(), 'link.csv')
    symlinkSync(pipe, link)
    await expect(readGivenFile(link)).rejects.toMatchObject({ code: 'not_a_file' })
  },
)

it('refuses folders and devices, reads files and links to them, and leaves what is not there to the caller', async () => {
  const place = folder()
  await expect(statGivenFile(place)).rejects.toThrow('is a folder, not a file')
  if (process.platform !== 'win32') await expect(statGivenFile('/dev/zero')).rejects.toThrow('is a device')
  const file = join(place, 'a.txt')
  writeFileSync(file, 'words')
  symlinkSync(file, join(place, 'b.txt'))
  expect(String(await readGivenFile(join(place, 'b.txt')))).toBe('words')
  await expect(readGivenFile(join(place, 'c.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it.skipIf(process.platform !== 'linux')('reads what a shell hands over', () => {
  const script =
    "import('./src/core/given-file.ts').then((m) => m.readGivenFile(process.argv[1])).then((b) => console.log(String(b)))"
  const command = 'exec "$0" --import ./bin/typescript.js --input-type=module -e "$1" <(printf words)'
  const read = execFileSync('bash', ['-c', command, process.execPath, script], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  expect(read.trim()).toBe('words')
})
