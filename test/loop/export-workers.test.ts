// `annotate export` beside a server on a real PostgreSQL: written by a worker, to the bytes that the verb writes by itself, where a worker is killed by -9, too.
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { WorkersOut } from '../../src/contract/workers.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { heardWorker, type HeardWorker } from '../postgres/worker.ts'
import { annotate, start } from '../unit/cli/annotate.ts'
import { startServer, type Harness } from '../unit/server/harness.ts'
import { fill, mark } from '../unit/server/small-market.ts'

/** What is exported: the verb's words, and the file or folder. */
const EXPORTS: readonly (readonly string[])[] = [
  ['marks', 'folder'],
  ['marks', 'tables', '--format', 'parquet'],
  ['marks', 'labels.json', '--format', 'label-studio'],
  ['marks', 'annotations.csv'],
  ['marks', 'cases.npz'],
  ['candles', 'seconds.parquet', '--symbol', 'ETH/USDT', '--timeframe', '1s'],
  ['candles', 'minutes.csv', '--symbol', 'ETH/USDT', '--timeframe', '1m'],
  ['training-set', 'set.npz'],
]

onPostgresAlone((newPlace) => {
  let place: Place
  let server: Harness
  const workers: HeardWorker[] = []
  beforeAll(async () => {
    place = await newPlace()
    server = await startServer('stored', { postgres: place.url, fill })
    for (const minutes of [25, 10]) await mark(server, minutes)
  })
  afterEach(() => {
    for (const { child } of workers.splice(0)) child.kill('SIGKILL')
  })
  afterAll(async () => {
    await server.stop()
    await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
    await place.remove()
  })

  const there = async () => (await server.call<WorkersOut>('GET', '/api/workers')).body.workers

  async function come(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const workspace = join(server.workspace.root, `worker-${n}`)
      workers.push(heardWorker({ url: place.url, workspace, processes: 1 }))
    }
    const pids = () => workers.map(({ child }) => child.pid)
    await until('the workers to be there', async () => {
      const known = new Set((await there()).map(({ pid }) => pid))
      return pids().every((pid) => known.has(pid!))
    })
  }

  function wordsOf([what = '', name = '', ...flags]: readonly string[], folder: string): string[] {
    const own = ['--workspace', server.workspace.root, '--database', place.url]
    return ['export', what, join(folder, name), ...flags, ...own]
  }

  /** Every file under it, by its name. */
  function filesIn(folder: string): Record<string, string> {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    const paths = entries.map(({ parentPath, name }) => join(parentPath, name))
    return Object.fromEntries(
      paths.map((path) => [relative(folder, path), readFileSync(path).toString('base64')]),
    )
  }

  const saidOf = (words: string): number =>
    workers.reduce(
      (sum, { said }) => sum + (said.match(new RegExp(`^export .*: ${words}$`, 'gm'))?.length ?? 0),
      0,
    )

  it('has the bytes that the verb alone writes, whatever is exported', async () => {
    const [home, away] = [join(server.workspace.root, 'home'), join(server.workspace.root, 'away')]
    const told = []
    for (const each of EXPORTS) told.push(await annotate(...wordsOf(each, home)))
    expect(told.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      EXPORTS.map(() => ({ code: 0, stderr: '' })),
    )
    await come(1)
    for (const [i, each] of EXPORTS.entries()) {
      const { code, stdout, stderr } = await annotate(...wordsOf(each, away))
      expect({ code, stdout, stderr }, each.join(' ')).toEqual({
        ...told[i],
        stdout: told[i]!.stdout.replaceAll(home, away),
      })
    }
    expect(saidOf('done')).toBe(EXPORTS.length)
    expect(filesIn(away)).toEqual(filesIn(home))
    expect(Object.keys(filesIn(home)).length).toBeGreaterThan(EXPORTS.length + 2)
  })

  it('is refused in the words of the verb alone, and nothing is written', async () => {
    const late = [
      'candles',
      'late.csv',
      '--symbol',
      'ETH/USDT',
      '--timeframe',
      '1s',
      '--from',
      '2040-01-01T00:00:00Z',
    ]
    const folder = join(server.workspace.root, 'late')
    const alone = await annotate(...wordsOf(late, folder))
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('[no_candles]') })
    await come(1)
    expect(await annotate(...wordsOf(late, folder))).toEqual(alone)
    expect(saidOf('done')).toBe(1)
    expect(existsSync(folder)).toBe(false)
  })

  it('arrives once where the worker that writes it is killed by -9: another begins it anew', async () => {
    await come(2)
    const folder = join(server.workspace.root, 'killed')
    const running = start(...wordsOf(EXPORTS[0]!, folder))
    const ended = once(running.process, 'close')
    await until('it to be begun', () => saidOf('begun') > 0, { every: 5 })
    const killed = workers.find(({ said }) => said.includes('begun'))!
    killed.child.kill('SIGKILL')
    expect(await ended, running.stderr()).toEqual([0, null])
    expect([saidOf('begun'), saidOf('done')]).toEqual([2, 1])
    expect(filesIn(join(folder, 'folder'))).toEqual(filesIn(join(server.workspace.root, 'home', 'folder')))
  })
})
