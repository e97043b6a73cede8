// Dockerfile and compose.yaml: held against rules, and their processes started as they say, without containers: a server and two workers on a real PostgreSQL.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import type { WorkersOut } from '../../src/contract/workers.ts'
import { epochMs, MINUTE, toIso } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { NOW, type Answer, type CallOptions } from '../unit/server/harness.ts'
import { fill, mark } from '../unit/server/small-market.ts'
import { compose, copied, entrypoint, filled, instructionsOf, letThrough, ROOT } from './containers.ts'

const TOKEN = 'a-token-of-these-tests'
const TRAINING = { model: 'cnn', epochs: 1, views: 1, seed: 5 }
const SECRETS = { ANNOTATE_TOKEN: TOKEN, POSTGRES_PASSWORD: 'abcdef' }

describe('Dockerfile', () => {
  const instructions = instructionsOf()
  const named = (wanted: string) => instructions.filter(({ name }) => name === wanted)

  it('has the instructions of Docker alone, one program, started without a shell, by a user who is not root', () => {
    const known = /^(FROM|ENV|WORKDIR|COPY|RUN|USER|VOLUME|EXPOSE|ENTRYPOINT|CMD)$/
    expect(instructions.filter(({ name }) => !known.test(name))).toEqual([])
    expect(named('USER').map(({ words }) => words)).toEqual(['node'])
    for (const each of ['ENTRYPOINT', 'CMD'])
      expect(named(each).map(({ words }) => JSON.parse(words) as unknown)).toEqual([expect.any(Array)])
    const place = (wanted: string) => instructions.findIndex(({ name }) => name === wanted)
    expect(place('USER')).toBeLessThan(place('ENTRYPOINT'))
    expect(instructions.findLastIndex(({ name }) => name === 'RUN')).toBeLessThan(place('USER'))
  })

  it('stands on a Node of one exact version, which package.json takes', () => {
    expect(named('FROM')).toHaveLength(1)
    const [, major] = /^node:(\d+)\.\d+\.\d+-bookworm-slim$/.exec(named('FROM')[0]!.words) ?? []
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      engines: { node: string }
    }
    expect(engines.node).toContain('>=22.13.0')
    expect(Number(major)).toBeGreaterThanOrEqual(22)
  })

  it('copies what is there, what .dockerignore lets through, and no more', () => {
    const paths = copied(instructions)
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
    expect(paths.toSorted((a, b) => a.localeCompare(b))).toEqual(
      letThrough().toSorted((a, b) => a.localeCompare(b)),
    )
  })
})

describe('compose.yaml', () => {
  const { services, volumes } = compose()
  const all = Object.entries(services)

  it('pins every image, and builds its own as package.json says', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
    for (const name of ['server', 'worker'] as const)
      expect(services[name]).toMatchObject({ build: '.', image: `annotate:${version}` })
    expect(services.db.image).toMatch(/^postgres:(1[5-9]|[2-9]\d)\.\d+-alpine$/)
  })

  it('can be reached from this machine alone, and asks for a token there', () => {
    const ports = all.flatMap(([, { ports: each = [] }]) => each)
    expect(ports).toEqual(['127.0.0.1:8050:8050'])
    expect(filled(services.server.environment['ANNOTATE_TOKEN']!, SECRETS)).toBe(TOKEN)
  })

  it('has no secret in it, and does not start without them', () => {
    for (const { environment } of Object.values(services))
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|TOKEN|URL/.test(name)) expect(value).toMatch(/\$\{\w+/)
    expect(() => filled(services.server.environment['ANNOTATE_TOKEN']!, {})).toThrow('16 characters')
    expect(() => filled(services.db.environment['POSTGRES_PASSWORD']!, {})).toThrow('openssl')
  })

  it('gives server and workers no rights of root, a PostgreSQL that is there first, and two workers', () => {
    for (const name of ['server', 'worker'] as const)
      expect(services[name]).toMatchObject({
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        depends_on: { db: { condition: 'service_healthy' } },
      })
    expect(services.worker.deploy).toEqual({ replicas: 2 })
    const words = all.map(([, service]) => JSON.stringify(service)).join()
    expect(words).not.toMatch(/privileged":|network_mode|docker\.sock/)
  })

  it('keeps what it stores in volumes that it names, and looks after whoever stores', () => {
    const used = all.flatMap(([, { volumes: each = [] }]) => each.map((volume) => volume.split(':')[0]))
    expect(new Set(used)).toEqual(new Set(Object.keys(volumes)))
    for (const name of ['db', 'server'] as const) expect(services[name].healthcheck?.test[0]).toBe('CMD')
    for (const name of ['server', 'worker'] as const)
      expect(services[name].environment['DATABASE_URL']).toContain(
        `@db:5432/${services.db.environment['POSTGRES_USER']!}`,
      )
  })
})

onPostgresAlone((newPlace) => {
  const { services } = compose()
  const children: ChildProcess[] = []
  let place: Place
  let folder: string
  let url: string

  beforeAll(async () => {
    place = await newPlace()
    folder = mkdtempSync(join(tmpdir(), 'annotate-containers-'))
    mkdirSync(join(folder, 'server'))
    await fill(workspaceAt(join(folder, 'server')))
    makeImage(join(folder, 'image'))
  })
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await place.ask(`SET client_min_messages = warning; DROP SCHEMA IF EXISTS ${place.schema}_jobs CASCADE`)
    await place.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A container of `service`, without one: its words, its environment, a workspace of its own; only the database's address and the port are another. */
  function start(name: 'server' | 'worker', workspace: string, more: readonly string[] = []): ChildProcess {
    const { command = [], environment } = services[name]
    const [program, ...words] = [...entrypoint(), ...command, ...more]
    expect(program).toBe('node')
    const given = Object.entries(environment).map(([key, value]) => [key, filled(value, SECRETS)])
    const child = spawn(process.execPath, words, {
      cwd: join(folder, 'image'),
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        ...Object.fromEntries(given),
        DATABASE_URL: place.url,
        ANNOTATE_WORKSPACE: join(folder, workspace),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    return child
  }

  /** What Docker asks the container itself. */
  async function isHealthy(): Promise<boolean> {
    const [, program, ...words] = services.server.healthcheck!.test
    expect(program).toBe('node')
    const given = words.map((word) => word.replace('http://127.0.0.1:8050', url))
    const child = spawn(process.execPath, given, { env: { ANNOTATE_TOKEN: TOKEN }, stdio: 'ignore' })
    return (await once(child, 'exit'))[0] === 0
  }

  async function call<T>(method: string, path: string, { body }: CallOptions = {}): Promise<Answer<T>> {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: {}, text, body: JSON.parse(text) as T }
  }
  const read = async <T>(path: string): Promise<T> => (await call<T>('GET', path)).body

  it('server and workers start as compose.yaml says, of what the image holds, and a training goes through them', async () => {
    const replay = [
      '--source',
      'replay',
      '--symbol',
      'ETH/USDT',
      '--from',
      toIso(epochMs(NOW - MINUTE)),
      '--moments',
      '0',
    ]
    const server = start('server', 'server', ['--port', '0', ...replay])
    const workers = Array.from({ length: services.worker.deploy!.replicas }, (_, i) =>
      start('worker', `worker-${i}`),
    )
    url = await addressOf(server)
    expect(await isHealthy()).toBe(true)
    expect((await fetch(`${url}/api/workers`)).status).toBe(401)
    const there = async () => (await read<WorkersOut>('/api/workers')).workers.map(({ pid }) => pid)
    await until('both workers to be there', async () => (await there()).length === workers.length)
    expect(new Set(await there())).toEqual(new Set(workers.map(({ pid }) => pid)))

    for (const minutes of [25, 10]) await mark({ call }, minutes)
    const { id } = (await call<TrainingRunOut>('POST', '/api/training-runs', { body: TRAINING })).body
    const run = () => read<TrainingRunOut>(`/api/training-runs/${id}`)
    await until('the run to be over', async () => !/QUEUED|RUNNING/.test((await run()).status), {
      limit: 120_000,
    })
    expect(await run()).toMatchObject({ status: 'COMPLETED', error: null })
    const { trainingResults } = workspaceAt(join(folder, 'server'))
    const result = JSON.parse(readFileSync(join(trainingResults, `${id}.json`), 'utf8')) as {
      machines?: string[]
    }
    expect(result.machines).toHaveLength(1)

    // As Docker stops them.
    const ends = [...workers, server].map((child) => once(child, 'exit'))
    for (const child of [...workers, server]) child.kill('SIGTERM')
    expect(await Promise.all(ends)).toEqual(ends.map(() => [0, null]))
  })
})

/** What the Dockerfile copies; packages and the built page are those that are here. */
function makeImage(image: string): void {
  for (const path of copied(instructionsOf()))
    cpSync(join(ROOT, path), join(image, path), { recursive: true })
  for (const made of ['node_modules', 'dist'])
    if (existsSync(join(ROOT, made))) symlinkSync(join(ROOT, made), join(image, made))
}

/** Where the first line that a server says, says it is. @throws Error where it ends without one */
async function addressOf(server: ChildProcess): Promise<string> {
  const said = once(server.stdout!.setEncoding('utf8'), 'data').then(([line]) => String(line))
  const [, port] =
    /^ANNOTATE \S+:(\d+)/.exec(await Promise.race([said, once(server, 'exit').then(String)])) ?? []
  if (port === undefined) throw new Error('the server ended at its start')
  return `http://127.0.0.1:${port}`
}
