// How far the log has to be applied for a job that reads a market elsewhere: what the file here knows of it goes there first.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sqlite } from '../../core/database.ts'
import type { Market } from '../types.ts'
import { homeOf } from './home.ts'
import { Places } from './places.ts'

/** How far a market's log has to be applied so that a file holds what another's held. */
export interface FrozenMarket {
  /** Which logs: `SharedLog.id`. */
  readonly logs: string
  /** The entry; 0 before the first. */
  readonly number: number
}

/** What is written goes there after a fifth of a second. */
const LOOK_MS = 100
/** Where it does not in that time, something is in the way, which health says. */
const PATIENCE_MS = 10_000

/**
 * Waits until the log has what the file holds now.
 * @param sqlite the market's file of a server that keeps logs
 * @returns null where the log does not take it, or the file has none
 */
export async function frozenAt(
  sqlite: Sqlite,
  market: Market,
  signal: AbortSignal,
  patienceMs = PATIENCE_MS,
): Promise<FrozenMarket | null> {
  const home = homeOf(sqlite)
  const id = idOf(sqlite, market)
  if (home === null || id === null) return null
  const [newest] = sqlite.prepare('SELECT ifnull(max(seq), 0) FROM market_outbox').raw().get() as [number]
  const waits = sqlite.prepare('SELECT 1 FROM market_outbox WHERE market = ? AND seq <= ? LIMIT 1')
  for (const until = performance.now() + patienceMs; waits.get([id, newest]) !== undefined;) {
    if (performance.now() > until) return null
    await sleep(LOOK_MS, undefined, { signal })
  }
  return { logs: home.id, number: new Places(sqlite).of(id).number }
}

/** The entry up to which a file holds a market's log; 0 where it has none of it. @param sqlite a file that is in line with logs */
export function reachedIn(sqlite: Sqlite, market: Market): number {
  const id = idOf(sqlite, market)
  return id === null ? 0 : new Places(sqlite).of(id).number
}

function idOf(sqlite: Sqlite, { venue, symbol }: Market): number | null {
  const find = sqlite.prepare('SELECT id FROM market WHERE venue = ? AND symbol = ?').raw()
  const [id] = (find.get([venue, symbol]) as [number] | undefined) ?? []
  return id ?? null
}
