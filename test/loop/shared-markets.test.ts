// Servers that share the followed markets out on a PostgreSQL of their own: each market is one server's, with its sessions, whichever is killed, stopped or starts; no second is answered twice.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HistoryOut } from '../../src/contract/exchanges.ts'
import type { SessionOut, SignalOut } from '../../src/contract/inference.ts'
import type { AnnotationOut } from '../../src/contract/annotations.ts'
import type { CandlesOut, HealthOut } from '../../src/contract/market.ts'
import { DAY, SECOND } from '../../src/core/time.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { patient, until } from '../patience.ts'
import { OwnPostgres } from '../postgres/own-server.ts'
import { serveIn, type Served } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { listenTo } from '../unit/server/listening.ts'

const SYMBOLS = ['ETH/USDT', 'BTC/USDT', 'SOL/USDT', 'XRP/USDT'] as const
const postgres = await OwnPostgres.start()
const why = postgres === null ? ', of which none can be started here' : ''

describe.skipIf(postgres === null)(`servers share markets out on PostgreSQL${why}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'annotate-shared-markets-'))
  const settings = join(root, 'settings.json')
  const servers = new Map<string, Served>()
  let exchange: LocalBinance
  const sessions: SessionOut[] = []
  /** The server that is asked. */
  let witness = 'a'

  beforeAll(async () => {
    exchange = await new LocalBinance({ symbols: SYMBOLS.map((symbol) => symbol.replace('/', '')) }).open()
    writeFileSync(settings, JSON.stringify(exchange.settings()))
    await publishUntrained(join(root, 'a', 'models', 'checkpoints'), { rule: EAGER, calibration: null })
    await begin('a')
    await begin('b')
  })
  afterAll(async () => {
    for (const { running } of servers.values()) running.process.kill('SIGKILL')
    await exchange.close()
    await postgres!.stop()
    rmSync(root, { recursive: true, force: true })
  })

  async function begin(name: string): Promise<void> {
    const flags = `--source exchange --exchange binance --exchange-settings ${settings} --moments 0`.split(
      ' ',
    )
    const symbols = SYMBOLS.slice(0, -1).flatMap((symbol) => ['--symbol', symbol])
    const where = ['--workspace', join(root, name)]
    servers.set(name, await serveIn({ DATABASE_URL: postgres!.url }, ...flags, ...symbols, ...where))
  }
  async function ask<T>(name: string, path: string, body?: object): Promise<T> {
    const headers = { 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
    const response = await fetch(new URL(path, servers.get(name)!.url), sent)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  /** By symbol: which server has it, as `name` says. */
  async function ownersAt(name: string): Promise<Record<string, string | null>> {
    const { data_sources: sources } = await ask<HealthOut>(name, '/api/health')
    const nameOf = (place: string | null): string | null => place?.slice(place.lastIndexOf('/') + 1) ?? null
    return Object.fromEntries(sources.map(({ symbol, server }) => [symbol, nameOf(server)]))
  }
  async function countsAt(name: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    for (const owner of Object.values(await ownersAt(name)))
      counts[owner ?? 'nobody'] = (counts[owner ?? 'nobody'] ?? 0) + 1
    return counts
  }
  /** Waits until it is so, and every server says the same. */
  async function shared(what: Record<string, number>): Promise<Record<string, string | null>> {
    let seen: object = {}
    await until(
      JSON.stringify(what),
      async () => {
        seen = await countsAt(witness)
        const owners = await ownersAt(witness)
        const others = await Promise.all([...servers.keys()].map(ownersAt))
        return isSame(seen, what) && others.every((each) => isSame(each, owners))
      },
      { every: 100, state: () => seen },
    )
    return ownersAt(witness)
  }
  const isSame = (a: object, b: object): boolean => isDeepStrictEqual({ ...a }, { ...b })

  /** Oldest first. */
  async function signalsOf({ id }: SessionOut): Promise<SignalOut[]> {
    const { signals } = await ask<{ signals: SignalOut[] }>(witness, `/api/signals?session=${id}&limit=10000`)
    return signals.toReversed()
  }
  /** So many more answers of each session. */
  async function answered(more: number, of: readonly SessionOut[] = sessions): Promise<void> {
    const each = of.map(async (session) => {
      const before = (await signalsOf(session)).length
      const answers = async (): Promise<number> =>
        (await signalsOf(session)).slice(before).filter(({ reason }) => reason === null).length
      await until(`answers on ${session.symbol}`, async () => (await answers()) >= more, { every: 200 })
    })
    await Promise.all(each)
  }
  /** Every second from first to last was answered once, or is counted as missed; seconds in which nobody was there are named. */
  async function expectEachSecondOnce(): Promise<void> {
    for (const { id, symbol } of sessions) {
      const session = await ask<SessionOut>(witness, `/api/inference-sessions/${id}`)
      const seconds = (await signalsOf(session)).map(({ timestamp }) => Date.parse(timestamp))
      expect(new Set(seconds).size, symbol).toBe(seconds.length)
      const all = (seconds.at(-1)! - seconds[0]!) / SECOND + 1
      expect(Math.abs(all - seconds.length - session.missed_seconds), symbol).toBeLessThanOrEqual(1)
      expect(session.state).toBe('running')
    }
    // Whoever had a market before appended nothing after whoever has it since.
    const late = await postgres!.ask(`SELECT market FROM (
      SELECT market, token, max(token) OVER (PARTITION BY market ORDER BY number) AS newest FROM market_log) AS entry WHERE token < newest`)
    expect(late).toEqual([])
  }
  /** How long nobody answered on `symbols`, from the last answer before `since` to the first one after it, ms. */
  async function silence(symbols: readonly string[], since: number): Promise<number> {
    const silences = sessions
      .filter(({ symbol }) => symbols.includes(symbol))
      .map(async (session) => {
        const emitted = (await signalsOf(session)).map(({ emitted_at: at }) => Date.parse(at))
        const last = emitted.findLastIndex((at) => at <= since)
        return emitted[last + 1]! - emitted[last]!
      })
    return Math.max(...(await Promise.all(silences)))
  }
  const ownedBy = (owners: Record<string, string | null>, name: string): string[] =>
    Object.keys(owners).filter((symbol) => owners[symbol] === name)

  it('two share them, one that is followed later too, and every server says the same', async () => {
    await shared({ a: 2, b: 1 })
    await ask('b', '/api/markets', { exchange: 'binance', symbol: SYMBOLS.at(-1) })
    const owners = await shared({ a: 2, b: 2 })
    expect(Object.keys(owners).toSorted()).toEqual(SYMBOLS.toSorted())
  })

  it('a mark, which the owner makes, has the past of a market that another follows', async () => {
    const [symbol] = ownedBy(await ownersAt('a'), 'b')
    const candles = async () =>
      (await ask<CandlesOut>('b', `/api/candles?symbol=${symbol}&timeframe=1s&limit=60`)).candles
    await until('a minute of it', async () => (await candles()).length === 60)
    const [from, , , , price] = (await candles())[0]!
    const span = { symbol, timeframe: '1m', from: from - 2 * DAY, to: from }
    const asked = `/api/history?symbol=${symbol}&timeframe=1m&from=${span.from}&to=${span.to}`
    expect(await ask('a', asked)).toEqual(await ask('b', asked))
    expect(await ask<HistoryOut>('a', '/api/history', span)).toMatchObject({ missing: [] })
    const exit = { timestamp: from + 31_000, price }
    const body = { symbol, direction: 'LONG', entry: { timestamp: from + 1_000, price }, exit }
    const made = await ask<AnnotationOut>('b', '/api/annotations', body)
    expect(made.symbol).toBe(symbol)
  })

  it('a session is answered by the server that has its market, whoever is asked; all pages are told', async () => {
    const heard = await listenTo(servers.get('b')!.url, 'signal')
    for (const symbol of SYMBOLS)
      sessions.push(await ask<SessionOut>('b', '/api/inference-sessions', { model: 'cnn', symbol }))
    await answered(3)
    const told = new Set(heard.of<SignalOut>('signal').map(({ symbol }) => symbol))
    heard.stop()
    expect([...told].toSorted()).toEqual(SYMBOLS.toSorted())
    const drift = sessions.map(({ id }) => ask<object>('a', `/api/inference-sessions/${id}/drift`))
    expect(await Promise.all(drift)).toHaveLength(SYMBOLS.length)
  })

  it('one that comes is given one market, and nothing else moves', async () => {
    const before = await ownersAt('a')
    await begin('c')
    await until('c to have one', async () => ownedBy(await ownersAt('a'), 'c').length === 1)
    const owners = await ownersAt('a')
    const moved = SYMBOLS.filter((symbol) => owners[symbol] !== before[symbol])
    expect(moved).toEqual(ownedBy(owners, 'c'))
    await answered(3)
    expect(isSame(await ownersAt('c'), owners)).toBe(true)
    await expectEachSecondOnce()
  })

  it('one that is killed: the others have its markets and sessions within five seconds', async () => {
    const { process: child } = servers.get('b')!.running
    const lost = ownedBy(await ownersAt('a'), 'b')
    expect(lost.length).toBeGreaterThan(0)
    const killed = Date.now()
    child.kill('SIGKILL')
    await once(child, 'close')
    servers.delete('b')
    await shared({ a: 2, c: 2 })
    await answered(3)
    const silent = await silence(lost, killed)
    console.log(`killed: from the last answer to the next ${silent} ms`)
    expect(silent).toBeLessThan(patient(5_000) + 1_000)
    await expectEachSecondOnce()
    for (const session of sessions.filter(({ symbol }) => lost.includes(symbol))) {
      const { gaps } = await ask<SessionOut>(witness, `/api/inference-sessions/${session.id}`)
      expect(gaps.length).toBeGreaterThan(0)
    }
  })

  it('one that stood still for ten seconds writes nothing of what it had, and is given its share again', async () => {
    const { process: child } = servers.get('c')!.running
    child.kill('SIGSTOP')
    const stopped = servers.get('c')!
    servers.delete('c')
    await until('the other to have all', async () => (await countsAt('a'))['a'] === SYMBOLS.length)
    await sleep(10_000)
    child.kill('SIGCONT')
    servers.set('c', stopped)
    await shared({ a: 2, c: 2 })
    await answered(3)
    await expectEachSecondOnce()
    expect(stopped.running.process.exitCode).toBeNull()
    // What it had stored and not appended when it was stopped is dropped, and said.
    const { warnings } = await ask<HealthOut>('c', '/api/health')
    expect(warnings.filter((warning) => !warning.startsWith('market_started_anew: '))).toEqual([])
  })

  it('PostgreSQL stands still for twenty seconds: nobody takes anything over, and no second is answered twice', async () => {
    const before = await ownersAt('a')
    postgres!.stand()
    await sleep(20_000)
    postgres!.goOn()
    await answered(3)
    expect(await ownersAt('a')).toEqual(before)
    await expectEachSecondOnce()
  })

  it('the owner is killed: the other has all, and what nobody follows any more ends', async () => {
    const { process: child } = servers.get('a')!.running
    const lost = ownedBy(await ownersAt('a'), 'a')
    const killed = Date.now()
    child.kill('SIGKILL')
    await once(child, 'close')
    servers.delete('a')
    witness = 'c'
    await shared({ c: 4 })
    await answered(3)
    console.log(`the owner killed: from the last answer to the next ${await silence(lost, killed)} ms`)
    await expectEachSecondOnce()
    await until(
      'it to be the owner',
      async () => (await ask<HealthOut>('c', '/api/health')).database.is_owner,
    )
    const symbol = SYMBOLS.at(-1)!
    const gone = await fetch(new URL(`/api/markets?venue=binance&symbol=${symbol}`, servers.get('c')!.url), {
      method: 'DELETE',
    })
    expect(gone.status).toBe(200)
    await shared({ c: 3 })
    const { id } = sessions.find((session) => session.symbol === symbol)!
    expect(await ask<SessionOut>('c', `/api/inference-sessions/${id}`)).toMatchObject({
      state: 'stopped',
      stop_reason: 'market_stopped',
    })
    expect((await servers.get('c')!.stop()).code).toBe(0)
  })
})
