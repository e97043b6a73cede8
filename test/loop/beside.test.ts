// Servers beside each other on one PostgreSQL, as processes: each shows what the owner does, and takes over where that is killed with -9.
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { CandlesOut, HealthOut } from '../../src/contract/market.ts'
import { SECOND } from '../../src/core/time.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { patient, until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { annotate, serveIn, type Served } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { listenTo, type Listening } from '../unit/server/listening.ts'

onPostgresAlone((newPlace) => {
  const root = mkdtempSync(join(tmpdir(), 'annotate-beside-'))
  const settings = join(root, 'settings.json')
  let place: Place
  let exchange: LocalBinance
  let first: Served
  let second: Served
  let begun: SessionOut
  let heard: Listening | undefined

  beforeAll(async () => {
    place = await newPlace()
    exchange = await new LocalBinance({ symbols: ['ETHUSDT'] }).open()
    writeFileSync(settings, JSON.stringify(exchange.settings()))
    await publishUntrained(join(root, 'first', 'models', 'checkpoints'), { rule: EAGER, calibration: null })
    first = await begin('first')
    second = await begin('second')
  })
  afterAll(async () => {
    heard?.stop()
    for (const server of [first, second]) server.running.process.kill('SIGKILL')
    await exchange.close()
    await place.remove()
    rmSync(root, { recursive: true, force: true })
  })

  const begin = (folder: string): Promise<Served> =>
    serveIn(
      { DATABASE_URL: place.url },
      ...`--source exchange --exchange binance --symbol ETH/USDT --exchange-settings ${settings} --moments 0`.split(
        ' ',
      ),
      '--workspace',
      join(root, folder),
    )

  async function ask<T>(server: Served, path: string, body?: object): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(new URL(path, server.url), sent)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const health = (server: Served) => ask<HealthOut>(server, '/api/health')
  const sessionOn = (server: Served) => ask<SessionOut>(server, `/api/inference-sessions/${begun.id}`)
  /** Oldest first. */
  const signalsOn = async (server: Served): Promise<SignalOut[]> =>
    (
      await ask<{ signals: SignalOut[] }>(server, `/api/signals?session=${begun.id}&limit=10000`)
    ).signals.toReversed()

  async function answeredOn(
    server: Served,
    more: number,
    than: readonly SignalOut[] = [],
  ): Promise<SignalOut[]> {
    let all: SignalOut[] = []
    const isThere = async (): Promise<boolean> => {
      all = await signalsOn(server)
      return all.slice(than.length).filter(({ reason }) => reason === null).length >= more
    }
    await until('signals', isThere, { every: 200, limit: 60_000, state: () => all.at(-1) })
    return all
  }

  /** From the first second to the last each was answered once, or is counted as missed. */
  async function expectEachSecond(server: Served): Promise<void> {
    const signals = await signalsOn(server)
    const seconds = signals.map(({ timestamp }) => Date.parse(timestamp))
    expect(new Set(seconds).size).toBe(seconds.length)
    const { missed_seconds: missed } = await sessionOn(server)
    expect((seconds.at(-1)! - seconds[0]!) / SECOND + 1).toBeLessThanOrEqual(signals.length + missed + 1)
    expect((seconds.at(-1)! - seconds[0]!) / SECOND + 1).toBeGreaterThanOrEqual(signals.length + missed - 1)
  }

  it('a second one stands beside the first, and its market moves', async () => {
    expect((await health(first)).database).toMatchObject({ kind: 'postgres', is_owner: true })
    const { database } = await health(second)
    expect(database).toMatchObject({ is_owner: false, owner: expect.stringContaining(join(root, 'first')) })
    expect(second.running.stdout()).toMatch(/^beside .*first, and takes over/m)
    await until('its market to move', async () => (await health(second)).data_source.state === 'streaming')
    const asked = `/api/candles?symbol=ETH/USDT&timeframe=1s&limit=30`
    const there = (await ask<CandlesOut>(second, asked)).candles
    const from = there[0]![0]
    const { candles } = await ask<CandlesOut>(first, `${asked}&from=${from}&to=${there.at(-1)![0] + 1}`)
    expect(there).toEqual(candles)
  })

  it('its pages have the signals of a session that was begun there, and is answered by the owner', async () => {
    heard = await listenTo(second.url, 'signal,session,candle')
    begun = await ask<SessionOut>(second, '/api/inference-sessions', { model: 'cnn', symbol: 'ETH/USDT' })
    const signals = await answeredOn(second, 3)
    expect(await signalsOn(first)).toEqual(expect.arrayContaining(signals))
    await until('them to be told', () => heard!.of('signal').length >= 3)
    const ids = new Set((await signalsOn(first)).map(({ id }) => id))
    for (const signal of heard.of<SignalOut>('signal')) expect(ids.has(signal.id)).toBe(true)
    expect(heard.of<SessionOut>('session').map(({ id }) => id)).toContain(begun.id)
    await until('candles', () => heard!.of('candle').length > 0)
  })

  it('what would write its markets behind the owner’s back is refused, naming that', async () => {
    const file = join(root, 'seconds.csv')
    writeFileSync(file, 'open_time_ms,open,high,low,close,volume\n1700000000000,1,1,1,1,1\n')
    const where = ['--workspace', join(root, 'second'), '--symbol', 'ETH/USDT', '--timeframe', '1s']
    const { code, stderr } = await annotate('import', 'candles', file, ...where)
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/stored by another server.*first.*stored_elsewhere/s),
    ])
  })

  it('takes over what the owner did where that is killed: no second is answered twice, those between are missed', async () => {
    const copied = join(root, 'second', 'models', 'checkpoints', 'cnn', '0001', 'metadata.json')
    await until('the checkpoint to be there, too', () => existsSync(copied))
    const before = await signalsOn(second)
    const { process: child } = first.running
    child.kill('SIGKILL')
    await once(child, 'close')
    await until('the other to take over', async () => (await health(second)).database.is_owner)
    const signals = await answeredOn(second, 3, await signalsOn(second))
    expect(signals.slice(0, before.length)).toEqual(before)
    const { gaps, state } = await sessionOn(second)
    expect([state, gaps.length]).toEqual(['running', 1])
    const emitted = signals.map(({ emitted_at: at }) => Date.parse(at))
    const silent = Math.max(...emitted.slice(1).map((at, n) => at - emitted[n]!))
    console.log(
      `no second was answered for ${gaps[0]!.seconds} s; from the last signal to the next ${silent} ms`,
    )
    expect(gaps[0]!.seconds * SECOND).toBeLessThanOrEqual(patient(5_000))
    await expectEachSecond(second)
    await until('its own pages to be told', () =>
      heard!.of<SignalOut>('signal').some(({ timestamp }) => timestamp === signals.at(-1)!.timestamp),
    )
  })

  it('the one that was killed stands beside the other when it is back, and takes over at once where that ends', async () => {
    first = await begin('first')
    expect((await health(first)).database).toMatchObject({ is_owner: false })
    expect((await second.stop()).code).toBe(0)
    await until('it to take over', async () => (await health(first)).database.is_owner)
    await answeredOn(first, 3, await signalsOn(first))
    await expectEachSecond(first)
    expect((await ask<SessionOut>(first, `/api/inference-sessions/${begun.id}/stop`, {})).state).toBe(
      'stopped',
    )
    expect((await first.stop()).code).toBe(0)
  })

  it('an owner that stood still begins anew beside the one that took over, where it was, and takes over in its turn', async () => {
    first = await begin('first')
    second = await begin('second')
    const { process: child } = first.running
    child.kill('SIGSTOP')
    await until('the other to take over', async () => (await health(second)).database.is_owner)
    child.kill('SIGCONT')
    // In between nothing listens there.
    const isBeside = async (): Promise<boolean> =>
      health(first).then(
        ({ database, data_source: { state } }) => !database.is_owner && state === 'streaming',
        () => false,
      )
    await until('it to stand beside the other', isBeside, { every: 200, limit: 60_000 })
    expect(first.running.stderr()).toContain('[taken_over]')
    expect(first.running.stdout()).toMatch(/^beside .*second, and takes over/m)
    expect((await second.stop()).code).toBe(0)
    await until('it to take over', async () => (await health(first)).database.is_owner)
    expect((await first.stop()).code).toBe(0)
  })
})
