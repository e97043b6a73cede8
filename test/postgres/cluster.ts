// A PostgreSQL in a folder, reached by a socket there alone: made, started, and as its address says it.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { haveTimescale, installed, packaged, under, type Binaries } from './binaries.ts'

/** As root PostgreSQL refuses to run: it gets the user that owns nothing. */
const NOBODY = 65_534
const isRoot = userInfo().uid === 0
const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {}
const PASSWORD = 'not:so/secret@here'
const STANDING = 'postmaster.pid'
/** It tells nobody that it is there. */
const TIMESCALE = { shared_preload_libraries: 'timescaledb', 'timescaledb.telemetry_level': 'off' }

/** What a cluster is made and run with. */
export interface Cluster {
  readonly folder: string
  readonly binaries: Binaries
}

/** Null where no programs will do; what each said. */
export function makeFirstThatWorks(folder: string): { cluster: Cluster | null; faults: string[] } {
  const faults: string[] = []
  // One by name, where one means to try it: `packaged`, `installed`, or the folder that has its `bin`; another word: none.
  const wanted = process.env['ANNOTATE_TEST_POSTGRES']
  const isWanted = (name: string): boolean => wanted === undefined || wanted === name
  const candidates = [
    isWanted('packaged') ? packaged(folder) : null,
    isWanted('installed') ? installed() : null,
    wanted !== undefined && isAbsolute(wanted) ? under(wanted) : null,
  ]
  for (const binaries of candidates) {
    const fault = binaries === null ? 'is not there' : make({ folder, binaries })
    if (binaries !== null && fault === null) return { cluster: { folder, binaries }, faults }
    faults.push(fault ?? '')
  }
  return { cluster: null, faults }
}

/** Resolves once it can be spoken to, or has ended. Nothing of it outlives its folder, so nothing waits for the disk; what it said is done outlives it when it is killed. */
export async function start({ folder, binaries }: Cluster): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
    shared_buffers: '32MB',
    max_connections: '100',
    log_min_messages: 'fatal',
    ...(haveTimescale(binaries) ? TIMESCALE : {}),
  }
  const data = join(folder, 'data')
  // What a killed one left says that it is ready.
  rmSync(join(data, STANDING), { force: true })
  const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = spawn(binaries.postgres, ['-D', data, ...words], {
    ...user,
    env: environment(binaries),
    stdio: 'ignore',
  })
  while (!isReady(data) && server.exitCode === null) await sleep(20)
  return server
}

/** Its socket is there sooner than it answers: what it tells `pg_ctl` is the eighth line of its file. */
function isReady(data: string): boolean {
  const path = join(data, STANDING)
  return existsSync(path) && readFileSync(path, 'utf8').split('\n')[7]?.trim() === 'ready'
}

export function addressOf({ folder }: Cluster): string {
  const host = encodeURIComponent(folder)
  return `postgres://annotate:${encodeURIComponent(PASSWORD)}@localhost/postgres?host=${host}`
}

function environment({ libraries }: Binaries): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = process.env
  return { PATH, TMPDIR, LC_ALL: 'C', ...(libraries === null ? {} : { LD_LIBRARY_PATH: libraries }) }
}

/** The order of letters is one of people's, not of bytes: nothing of ours may lean on it. Returns what went wrong. */
function make({ folder, binaries }: Cluster): string | null {
  const data = join(folder, 'data')
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
