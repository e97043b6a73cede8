// A file that a user named, anywhere on the machine: looked at before it is read, since a pipe or a device may never end.
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { AppError } from './errors.ts'

/** What shells hand over for `<(gunzip -c FILE)`: somebody writes into it, and it ends. */
const OF_A_SHELL = /^\/(dev\/fd|proc\/self\/fd)\/\d+$/

/** Links are followed. @throws AppError `not_a_file` for folders, named pipes and devices; what node throws where there is none (`ENOENT`) */
export async function statGivenFile(path: string): Promise<Stats> {
  const found = await stat(path)
  if (found.isFile() || (found.isFIFO() && OF_A_SHELL.test(path))) return found
  throw new AppError(
    'not_a_file',
    `${path} is ${kindOf(found)}, not a file. Give a file that lies on disk.`,
    {
      field: 'file',
    },
  )
}

/** The whole of it. @throws as `statGivenFile`, and what node throws where it cannot be read */
export async function readGivenFile(path: string): Promise<Buffer> {
  await statGivenFile(path)
  return readFile(path)
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a named pipe'
  return found.isSocket() ? 'a socket' : 'a device'
}
