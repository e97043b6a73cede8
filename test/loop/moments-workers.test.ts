// Rows of moments by `annotate worker`, on a real PostgreSQL: the bits that the server itself comes to, where a worker is killed by -9 and where a candle is revised meanwhile.
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { WorkersOut } from '../../src/contract/workers.ts'
import { ManualClock } from '../../src/core/clock.ts'
import { HOUR, MINUTE, SECOND } from '../../src/core/time.ts'
import type { Workspace } from '../../src/core/workspace.ts'
import { KEPT, MomentStore } from '../../src/moments/moment-store.ts'
import { MomentTable } from '../../src/moments/moment-table.ts'
import { ROW_SIZE } from '../../src/models/moment-row.ts'
import { openWorkspace } from '../../src/server/open-workspace.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { heardWorker, type HeardWorker } from '../postgres/worker.ts'
import { fillFrom, MARKET, revise } from '../unit/moments/demo-workspace.ts'
import { NOW, startServer, type Harness } from '../unit/server/harness.ts'

/** Four jobs. */
const START = NOW - 3.5 * HOUR

function fill(workspace: Workspace): void {
  const open = openWorkspace({ workspace, clock: new ManualClock(NOW) })
  fillFrom(open.store, START, NOW)
  void open.close()
}

/** By instant, every row that is kept there, as text. */
function rowsAt(path: string): Map<number, string> {
  const rows = new Map<number, string>()
  const store = MomentStore.openToRead(path)
  for (const { minute, made, rows: values } of store?.minutes(MARKET, Infinity) ?? [])
    for (const [second, state] of made.entries()) {
      const row = values.slice(second * ROW_SIZE, (second + 1) * ROW_SIZE)
      if (state === KEPT) rows.set(minute + second * SECOND, Buffer.from(row.buffer).toString('base64'))
    }
  store?.close()
  return rows
}

onPostgresAlone((newPlace) => {
  let place: Place
  let server: Harness
  const workers: HeardWorker[] = []
  beforeEach(async () => {
    place = await newPlace()
    server = await startServer('stored', { postgres: place.url, keepsMoments: true, fill })
  })
  afterEach(async () => {
    for (const { child } of workers.splice(0)) child.kill('SIGKILL')
    await server.stop()
    await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
    await place.remove()
  })

  async function there(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const workspace = join(server.workspace.root, `worker-${n}`)
      workers.push(heardWorker({ url: place.url, workspace, processes: 1 }))
    }
    const read = async () => (await server.call<WorkersOut>('GET', '/api/workers')).body.workers
    await until('the workers to be there', async () => (await read()).length === count)
  }

  /** The table's process begins. */
  async function begin(): Promise<void> {
    const query = `at=${new Date(NOW).toISOString()}&symbol=ETH/USDT&venue=${MARKET.venue}`
    expect((await server.call('GET', `/api/similar?${query}`)).status).toBe(200)
  }

  /** The rows that a server alone comes to. */
  async function atHome(): Promise<Map<number, string>> {
    const moments = join(server.workspace.root, 'home.db')
    const table = await MomentTable.open({ ...server.workspace, moments }, 1_000)
    while (await table.step());
    await table.close()
    return rowsAt(moments)
  }

  /** Numbers of the jobs of which a worker said this, in their order. */
  const saidOf = (words: string): string[] =>
    workers
      .flatMap(({ said }) => [...said.matchAll(new RegExp(`^rows of moments (\\d+) of .*: ${words}$`, 'gm'))])
      .map(([, number = '']) => number)
      .toSorted()

  async function all(rows: Map<number, string>): Promise<void> {
    const isWhole = () => rowsAt(server.workspace.moments).size === rows.size
    await until('all rows to be there', isWhole, { limit: 90_000, every: 500 })
    expect(rowsAt(server.workspace.moments)).toEqual(rows)
  }

  const begun = (): Promise<void> =>
    until('a job to be begun', () => saidOf('begun').length > 0, { every: 5 })

  it('are those of the server alone, bit for bit, and nothing of them is left in the database', async () => {
    const rows = await atHome()
    expect(rows.size).toBeGreaterThan((3.5 * HOUR) / SECOND - 120)
    await there(2)
    await begin()
    await all(rows)
    expect(saidOf('done')).toEqual(['0', '1', '2', '3'])
    const left = async () =>
      (await place.ask(`SELECT count(*) AS n FROM ${place.schema}_jobs.batch`))[0]?.['n']
    await until('nothing to be left', async () => (await left()) === '0')
  })

  it('are so where a worker is killed by -9 in the middle: each stretch comes once', async () => {
    const rows = await atHome()
    await there(2)
    await begin()
    await begun()
    const killed = workers.find(({ said }) => /rows of moments \d+ of .*: begun\n$/.test(said)) ?? workers[0]!
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    await all(rows)
    expect(saidOf('done')).toEqual(['0', '1', '2', '3'])
    expect(saidOf('begun').length).toBeGreaterThan(4)
  })

  it('are of the candles as they are where one is revised meanwhile', async () => {
    await there(1)
    await begin()
    await begun()
    revise(server.app.store, NOW - 20 * MINUTE)
    await all(await atHome())
    expect(saidOf('done')).toContain('3')
  })
})
