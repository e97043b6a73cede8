// A folder made where there is none, and the true reason where it cannot be. Node's own recursion never ends under /proc and its like.
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes `path` and what it lies in. @throws what the system says of the first folder that refuses */
export async function makeFolder(path: string): Promise<void> {
  for (const folder of missingTo(path))
    try {
      await mkdir(folder)
    } catch (error) {
      const found = await stat(folder).catch(() => null)
      if (found?.isDirectory() !== true) throw error
    }
}

/** The same in place, for what is done before anything else runs. */
export function makeFolderSync(path: string): void {
  for (const folder of missingTo(path))
    try {
      mkdirSync(folder)
    } catch (error) {
      if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) continue
      // On a read-only file system node says only that the new folder is not there.
      accessSync(dirname(folder), constants.W_OK)
      throw error
    }
}

/** `path` and the folders above it that are not there, the outermost first; `path` alone where it is there, whatever it is. */
function missingTo(path: string): string[] {
  const above = dirname(path)
  return above === path || existsSync(above) ? [path] : [...missingTo(above), path]
}
