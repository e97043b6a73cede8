// `annotate serve` on a real PostgreSQL: it says which, keeps the password to itself, and another machine goes on where it was killed.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CandlesOut, HealthOut } from '../../../src/contract/market.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { onPostgresAlone, type Place } from '../../postgres/each-database.ts'
import { NOW } from '../server/harness.ts'
import { fill } from '../server/small-market.ts'
import { annotate, serveIn, type Served } from './annotate.ts'

const NAME = /^annotate@.*\/postgres$/

onPostgresAlone((newPlace) => {
  let place: Place
  let folder: string
  const served: Served[] = []
  beforeAll(async () => {
    place = await newPlace()
    folder = await mkdtemp(join(tmpdir(), 'annotate-desk-'))
    await fill(workspaceAt(join(folder, 'one')))
  })
  afterAll(async () => {
    for (const { running } of served) running.process.kill('SIGKILL')
    await place.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const serve = async (machine: string): Promise<Served> => {
    const from = ['--source', 'replay', '--from', new Date(NOW - 60_000).toISOString(), '--speed', '0.001']
    const more = ['--moments', '0', '--workspace', join(folder, machine)]
    const server = await serveIn({ DATABASE_URL: place.url }, ...from, ...more)
    served.push(server)
    return server
  }
  const get = async <T>({ url }: Served, path: string): Promise<T> =>
    (await (await fetch(new URL(path, url))).json()) as T
  const seconds = `/api/candles?symbol=ETH/USDT&timeframe=1s&from=${NOW - 600_000}&to=${NOW - 60_000}&limit=1000`

  it('serves from what DATABASE_URL names, and another machine with an empty folder after it was killed', async () => {
    const one = await serve('one')
    expect(one.running.stdout()).toMatch(/^database annotate@.*\/postgres$/m)
    expect((await get<HealthOut>(one, '/api/health')).database.name).toMatch(NAME)
    const known = (await get<CandlesOut>(one, seconds)).candles
    one.running.process.kill('SIGKILL')
    await once(one.running.process, 'close')
    const two = await serve('two')
    expect(known).toHaveLength(540)
    expect((await get<CandlesOut>(two, seconds)).candles).toEqual(known)
    for (const { running } of [one, two])
      for (const said of [running.stdout(), running.stderr()])
        expect(said).not.toMatch(/secret|postgres:\/\//)
    expect(await two.stop()).toMatchObject({ code: 0 })
  })

  it('without the address a verb does not take the file for it', async () => {
    const { code, stderr } = await annotate('test-cases', '--workspace', join(folder, 'one'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/are in the PostgreSQL annotate@.*DATABASE_URL\. \[database_needed\]/)
  })
})
