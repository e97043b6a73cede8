// The demo market under a machine's clock that is set: seconds come in order and on time, after a restart too.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../src/core/database.ts'
import { SteadyClock } from '../../../src/core/steady-clock.ts'
import { HOUR, MINUTE, SECOND, shift, type EpochMs } from '../../../src/core/time.ts'
import { createDataProvider } from '../../../src/market/live-provider.ts'
import type { DataProvider } from '../../../src/market/provider.ts'
import { createMarketReader } from '../../../src/market/reader.ts'
import { createDemoSource } from '../../../src/market/sources/demo.ts'
import { openMarketStore, type MarketStore } from '../../../src/market/store/market-store.ts'
import { marketMigrations } from '../../../src/market/store/schema.ts'
import { until } from '../../patience.ts'
import { MachineClock } from '../core/machine-clock.ts'
import { at } from './fixture.ts'

const T0 = at('2026-01-15T10:30:05Z')
const running: DataProvider[] = []
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop()
})

async function live(store: MarketStore, machine: MachineClock) {
  const clock = new SteadyClock({ machine, stopwatch: machine.stopwatch, follows: true })
  const source = createDemoSource({ seed: 1, symbol: 'ETH/USDT', clock })
  const provider = createDataProvider({ store, reader: createMarketReader(store), source })
  running.push(provider)
  await provider.start()
  const seen: EpochMs[] = []
  provider.onSecond(source.market, async (second) => void seen.push(second))
  /** Lets a second pass, and waits for the one that is decided then. */
  const second = async (): Promise<void> => {
    const had = seen.length
    machine.pass(SECOND)
    await until('the next second', () => seen.length > had, { state: () => provider.status() })
  }
  const seconds = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await second()
  }
  return { provider, seen, second, seconds }
}

const steps = (seen: readonly EpochMs[]): number[] => seen.slice(1).map((each, i) => each - (seen[i] ?? 0))

describe('a machine’s clock that is set', { timeout: 240_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-clock-'))
  const database = openDatabase(join(folder, 'annotate.db'), marketMigrations)
  /** One for all, because its past takes long. */
  const store = openMarketStore(database.sqlite)
  afterAll(async () => {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('back: one second a second goes on, and the status says so', async () => {
    const machine = new MachineClock(T0)
    const { provider, seen, seconds } = await live(store, machine)
    await seconds(3)
    machine.set(-85 * SECOND)
    await seconds(2)
    expect(provider.status().clockSetBack).toMatchObject({ by: 85 * SECOND, ahead: 85 * SECOND })
    machine.set(0 - HOUR)
    await seconds(2)
    expect(steps(seen)).toEqual([1, 1, 1, 1, 1, 1].map((n) => n * SECOND))
    const ahead = HOUR + 85 * SECOND
    expect(provider.status()).toMatchObject({
      state: 'streaming',
      lagMs: 0,
      clockSetBack: { by: HOUR, ahead },
    })
  })

  it('back while the server is off: it starts at the time that it is', async () => {
    const before = shift(T0, -10 * MINUTE)
    const { provider, seen, seconds } = await live(store, new MachineClock(before))
    await seconds(2)
    expect(seen).toEqual([shift(before, SECOND), shift(before, 2 * SECOND)])
    expect(provider.status()).toMatchObject({ lateSeconds: 0, state: 'streaming' })
  })

  it('forward by an hour: what lies between is stored, its last minute decided, and seconds go on', async () => {
    const machine = new MachineClock(T0)
    const { provider, seen, second } = await live(store, machine)
    await second()
    machine.set(HOUR)
    machine.pass(SECOND)
    const isThere = (): boolean => seen.at(-1) === machine.now() && provider.status().state === 'streaming'
    await until('now', isThere, { state: () => provider.status() })
    expect(seen.length).toBeLessThan(70)
    await second()
    expect(steps(seen).every((step) => step >= SECOND)).toBe(true)
    expect(await provider.coverage(provider.status().market, '1s')).toHaveLength(1)
  })
})
