// How far the log has to be applied for a backtest: what the server's file knows of its market goes there first.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sqlite } from '../../core/database.ts'
import { homeOf } from '../../market/log/home.ts'
import { Places } from '../../market/log/places.ts'
import type { Market } from '../../market/types.ts'
import type { FrozenMarket } from './backtest-job.ts'

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
  { venue, symbol }: Market,
  signal: AbortSignal,
): Promise<FrozenMarket | null> {
  const home = homeOf(sqlite)
  const row = sqlite
    .prepare('SELECT id FROM market WHERE venue = ? AND symbol = ?')
    .raw()
    .get([venue, symbol])
  const [id] = (row as [number] | undefined) ?? []
  if (home === null || id === undefined) return null
  const [newest] = sqlite.prepare('SELECT ifnull(max(seq), 0) FROM market_outbox').raw().get() as [number]
  const waits = sqlite.prepare('SELECT 1 FROM market_outbox WHERE market = ? AND seq <= ? LIMIT 1')
  for (const until = performance.now() + PATIENCE_MS; waits.get([id, newest]) !== undefined;) {
    if (performance.now() > until) return null
    await sleep(LOOK_MS, undefined, { signal })
  }
  return { logs: home.id, number: new Places(sqlite).of(id).number }
}
