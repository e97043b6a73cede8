// A folder made where there is none, and the true reason where it cannot be.
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes `path` and what it lies in. @throws what the system says of the first folder that refuses */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    // On a read-only file system node says only that the new folder is not there.
    accessSync(firstThere(dirname(path)), constants.W_OK)
    throw error
  }
}

function firstThere(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : firstThere(dirname(path))
}
