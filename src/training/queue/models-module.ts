// Which module of models a job is of, said so that another machine finds its own: the path within the package.
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = new URL('../../../', import.meta.url)

/** `src/models/registry.ts`; null where the module is not within the package: no other machine has it. */
export function withinPackage(modelsModule: string): string | null {
  const path = relative(fileURLToPath(PACKAGE), fileURLToPath(modelsModule))
  return isWithin(path) ? path.split(sep).join('/') : null
}

/** File URL of this machine's own. @throws RangeError where it leads out of the package */
export function inThisPackage(path: string): string {
  if (!isWithin(path)) throw new RangeError(`${path} is no module of this package`)
  return new URL(path, PACKAGE).href
}

function isWithin(path: string): boolean {
  return /^[\w][\w./\\-]*\.[jt]s$/.test(path) && !path.includes('..')
}
