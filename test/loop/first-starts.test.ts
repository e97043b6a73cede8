// Servers that are the first on an empty PostgreSQL, and start at the same time: all come up, agree who is the owner, and none loses the lease it took.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HealthOut } from '../../src/contract/market.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { serveIn, type Served } from '../unit/cli/annotate.ts'

const NAMES = ['a', 'b', 'c'] as const

onPostgresAlone((newPlace) => {
  const root = mkdtempSync(join(tmpdir(), 'annotate-first-starts-'))
  let place: Place
  let servers: Served[] = []

  beforeAll(async () => {
    place = await newPlace()
    // The simulated market, whose past each of them would draw.
    const begun = await Promise.allSettled(
      NAMES.map((name) => serveIn({ DATABASE_URL: place.url }, '--workspace', join(root, name))),
    )
    servers = begun.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    for (const each of begun) if (each.status === 'rejected') throw each.reason
  })
  afterAll(async () => {
    for (const { running } of servers) running.process.kill('SIGKILL')
    await place.remove()
    rmSync(root, { recursive: true, force: true })
  })

  const healths = (): Promise<HealthOut[]> =>
    Promise.all(
      servers.map(async ({ url }) => (await (await fetch(new URL('/api/health', url))).json()) as HealthOut),
    )
  const leases = async (): Promise<Record<string, string | null>[]> =>
    place.ask(`SELECT name, holder, token FROM ${place.schema}.lease ORDER BY name`)

  it('one of them is the owner, all say the same, and the market moves on each', async () => {
    await until(
      'the market to move everywhere',
      async () => (await healths()).every(({ data_source: { state } }) => state === 'streaming'),
      { every: 200, limit: 60_000, state: () => servers.map(({ running }) => running.stderr()) },
    )
    const all = await healths()
    expect(all.filter(({ database }) => database.is_owner)).toHaveLength(1)
    expect(new Set(all.map(({ database }) => database.owner)).size).toBe(1)
    const followers = all.map(({ data_sources: sources }) => sources.map(({ server }) => server))
    expect(followers).toEqual(all.map(() => followers[0]))
    expect(followers[0]).not.toContain(null)
  })

  it('each lease was taken once', async () => {
    const before = await leases()
    expect(before.filter(({ name }) => name?.startsWith('there '))).toHaveLength(NAMES.length)
    expect(before.map(({ name, token }) => [name, token])).toEqual(before.map(({ name }) => [name, '1']))
    expect((await healths()).map(({ warnings }) => warnings)).toEqual(NAMES.map(() => []))
    expect(servers.map(({ running }) => running.process.exitCode)).toEqual(NAMES.map(() => null))
  })

  it('they end one after the other, the next one being the owner', async () => {
    for (const server of servers.splice(0)) {
      const others = servers.length
      expect((await server.stop()).code, `with ${others} left`).toBe(0)
    }
  })
})
