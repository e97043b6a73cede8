// The past of a simulated market as a server leaves it that ran for some minutes: candles, and the order books of two days. A server
// draws what is missing of them beside its tests, which takes seconds of a core; on a copy nothing is missing.
import { systemClock, type Clock } from '../src/core/clock.ts'
import { DAY, HOUR, MINUTE, SECOND, floorTo } from '../src/core/time.ts'
import { workspaceAt } from '../src/core/workspace.ts'
import { rangeOf } from '../src/market/ranges.ts'
import { createDemoSource } from '../src/market/sources/demo.ts'
import { openWorkspace } from '../src/server/open-workspace.ts'

/** Of `demo-1`, ETH/USDT, up to now, into a workspace that has nothing of it. */
export async function storeDemoPast(root: string, clock: Clock = systemClock): Promise<void> {
  const source = createDemoSource({ seed: 1, symbol: 'ETH/USDT', clock })
  const open = openWorkspace({ workspace: workspaceAt(root), clock })
  try {
    await source.backfill?.(open.store)
    const end = floorTo(clock.now(), SECOND) + SECOND
    for (let from: number = floorTo(clock.now(), MINUTE) - 2 * DAY; from < end; from += HOUR)
      open.books.append(source.market, source.pastBooks?.(rangeOf(from, Math.min(from + HOUR, end))) ?? [])
  } finally {
    await open.close()
  }
}
