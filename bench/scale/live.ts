// A market state of the store, and a live second of one network, with the rooms in SQLite or in a PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemClock } from '../../src/core/clock.ts'
import { SECOND, epochMs } from '../../src/core/time.ts'
import { workspaceAt } from '../../src/core/workspace.ts'
import { storedState } from '../../src/market-state/stored-state.ts'
import { createApp, type App } from '../../src/server/app.ts'
import { EAGER, publishUntrained } from '../../test/unit/inference/checkpoint.ts'
import type { Effort, Row } from '../bench.ts'
import { grow, measure, quantiles } from '../sessions.ts'

const WORK = {
  full: { states: 500, sessions: [1, 60], seconds: 30 },
  short: { states: 5, sessions: [1], seconds: 3 },
} as const
const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }

/** @param postgres where the rooms are; null: in the workspace's file */
export async function liveRows(effort: Effort, postgres: string | null): Promise<Row[]> {
  const where = postgres === null ? 'SQLite' : 'PostgreSQL'
  const { states, sessions, seconds } = WORK[effort]
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  const workspace = workspaceAt(folder)
  await publishUntrained(workspace.checkpoints, { rule: EAGER, calibration: null })
  const app = await createApp({
    workspace,
    postgres,
    clock: systemClock,
    source: { kind: 'demo', symbols: [MARKET.symbol], seed: 1 },
    log: pino({ level: 'silent' }),
    momentMegabytes: 0,
    sessions: 'end',
  })
  try {
    await app.start()
    const rows = await stateRows(app, states)
    for (const size of sessions) {
      const refused = await grow(app, size)
      if (refused !== null) throw new Error(refused)
      rows.push(...(await measure(app, size, seconds)))
    }
    return rows.map((row) => ({ ...row, name: `${where}: ${row.name}` }))
  } finally {
    await app.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of seconds spread over the last hour. */
async function stateRows({ reader, books }: App, count: number): Promise<Row[]> {
  const newest = Math.floor(systemClock.now() / SECOND) * SECOND - 10 * SECOND
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const second = epochMs(newest - ((n * 7919) % 3_600) * SECOND)
    const began = performance.now()
    await storedState({ reader, books }, MARKET, second, null)
    times.push(performance.now() - began)
  }
  return quantiles(times).map(({ name, value }) => ({ name: `a market state, ${name}`, value, unit: 'ms' }))
}
