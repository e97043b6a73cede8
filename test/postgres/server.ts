// The one PostgreSQL of this test run: started by whoever asks first, kept by a process of its own (keeper.ts).
import { fork } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../patience.ts'

/** Where it is, or why there is none. */
export type TestServer = { readonly url: string } | { readonly missing: string }

/** Every process of the run finds the same one. */
const run = process.ppid
const folder = join(tmpdir(), `annotate-postgres-${run}`)

export async function testServer(): Promise<TestServer> {
  if (isFirst()) {
    const keeper = fileURLToPath(new URL('keeper.ts', import.meta.url))
    const child = fork(keeper, [folder, String(run)], { detached: true, stdio: 'ignore' })
    child.disconnect()
    child.unref()
  }
  await until('a PostgreSQL for the tests', () => ready() !== null, { limit: 60_000 })
  return ready() ?? { missing: 'it was gone at once' }
}

function isFirst(): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch {
    return false
  }
}

function ready(): TestServer | null {
  try {
    return JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8')) as TestServer
  } catch {
    return null
  }
}
