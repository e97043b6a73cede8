// Workspaces that many tests begin with: each is made once a run and copied, which takes a fraction of making it.
import { existsSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from './patience.ts'

/** Where this run keeps them (`prepared-folder.ts`). */
export const PREPARED = 'ANNOTATE_TEST_PREPARED'
const LIMIT = 120_000

/** Fills the folder `into` as `make` fills one; whichever process asks for `name` first makes it, the others wait for that. */
export async function prepare(
  name: string,
  into: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const all = process.env[PREPARED]
  if (all === undefined) return make(into)
  const made = join(all, name)
  await until(`the workspace ${name}`, async () => existsSync(made) || (await first(made, make)), {
    limit: LIMIT,
  })
  await cp(made, into, { recursive: true })
}

/** False where another process is at it. */
async function first(made: string, make: (folder: string) => Promise<void>): Promise<boolean> {
  const making = `${made}.making`
  try {
    await mkdir(making)
  } catch {
    return false
  }
  try {
    await make(making)
    await rename(making, made)
  } catch (error) {
    await rm(making, { recursive: true, force: true })
    throw error
  }
  return true
}
