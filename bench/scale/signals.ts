// Signals stored in a second, each durable before it is told: those of many sessions that come at the same moment, as they do every second.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openChosen } from '../../src/core/open-chosen.ts'
import { epochMs, SECOND, shift } from '../../src/core/time.ts'
import { inferenceMigrations } from '../../src/inference/schema.ts'
import { InferenceStore } from '../../src/inference/store.ts'
import type { LiveSignal } from '../../src/inference/session.ts'
import type { Effort, Row } from '../bench.ts'

const WORK: Readonly<Record<Effort, { readonly sessions: number; readonly seconds: number }>> = {
  full: { sessions: 1_000, seconds: 10 },
  short: { sessions: 2, seconds: 2 },
}
const MARKET = { venue: 'demo-1', symbol: 'ETH/USDT' }
const BEGAN = epochMs(Date.UTC(2026, 0, 15, 12))

/** @param url of a PostgreSQL; null for SQLite */
export async function signalRows(effort: Effort, url: string | null): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-bench-'))
  const schemas = { rooms: inferenceMigrations, market: [] }
  const database = await openChosen({ file: join(folder, 'annotate.db'), postgres: url }, schemas)
  try {
    return [await measured(new InferenceStore(database), effort, url === null ? 'SQLite' : 'PostgreSQL')]
  } finally {
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measured(store: InferenceStore, effort: Effort, where: string): Promise<Row> {
  const { sessions, seconds } = WORK[effort]
  const ids = Array.from({ length: sessions }, (_, i) => `session-${i}`)
  for (const id of ids) await store.open(sessionOf(id))
  const [began, spent] = [performance.now(), process.cpuUsage()]
  for (let n = 0; n < seconds; n++) {
    const signal = signalAt(n)
    await Promise.all(ids.map((id) => store.add({ id, market: MARKET }, signal, { missed: 0 })))
  }
  const wall = (performance.now() - began) / SECOND
  const { user, system } = process.cpuUsage(spent)
  const count = sessions * seconds
  return {
    name: `${where}: signals stored`,
    value: count / wall,
    unit: 'signals/s',
    note: `${sessions} sessions at a time; ${Math.round((user + system) / count)} µs of this process's CPU each`,
  }
}

function sessionOf(id: string): Parameters<InferenceStore['open']>[0] {
  return {
    id,
    model: 'cnn',
    checkpoint: '0001',
    market: MARKET,
    confidenceN: 0,
    pattern: null,
    barriers: { target_pct: 1, stop_pct: 0.5, stop_assumed: true, seconds: 60, fee_pct_per_side: 0.05 },
    unlikePast: null,
    warnings: [],
    startedAt: BEGAN,
    resumes: true,
    partOf: null,
  }
}

function signalAt(n: number): LiveSignal {
  const timestamp = shift(BEGAN, n * SECOND)
  return {
    timestamp,
    emittedAt: shift(timestamp, 5),
    seenAt: timestamp,
    action: 'HOLD',
    scores: { BUY: 0.1, SELL: 0.1, HOLD: 0.8 },
    confidence: { confidence: null, n: 0, interval: null },
    price: 61_234.01,
    latencyMs: 5,
    call: null,
    opens: false,
    reason: null,
    oddness: 0.25,
    intent: null,
    position: null,
  }
}
