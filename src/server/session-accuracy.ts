// A session as the interface shows it: with how right its calls were, by the annotations and reviewed spans of now.
import type { SessionOut, SignalOut } from '../contract/inference.ts'
import { epochMs, HOUR } from '../core/time.ts'
import { rangeOf } from '../market/ranges.ts'
import type { TimeRange } from '../market/types.ts'
import type { Call } from '../signals/signal.ts'
import { judgeCalls } from '../training/evaluation/live-accuracy.ts'
import type { App } from './app.ts'

/** As many calls as signals are answered at once; a session makes at most a few a minute. */
const MOST_CALLS = 10_000

export async function withAccuracy(app: App, session: SessionOut): Promise<SessionOut> {
  if (session.calls === 0) return session
  const market = { venue: session.venue, symbol: session.symbol }
  const opening = await app.inference.record.signals({ session: session.id, calls: true, limit: MOST_CALLS })
  const calls = opening.toReversed().flatMap(callOf)
  if (calls.length === 0) return session
  const reach = reachOf(calls)
  const annotations = await app.annotations.touching(market, reach)
  const reviewed = await app.reviewedSpans.touching(market, reach)
  return { ...session, accuracy: judgeCalls(market, calls, annotations, reviewed).accuracy }
}

/** Marks further from every call than this say nothing of any: a mark is matched within a minute and a half of its entry. */
function reachOf(calls: readonly Call[]): TimeRange {
  const times = calls.map(({ opensAt }) => opensAt)
  return rangeOf(Math.min(...times) - HOUR, Math.max(...times) + HOUR)
}

function callOf({ action, call_id: id, scores, timestamp }: SignalOut): Call[] {
  if (action === 'HOLD' || id === null || scores === null) return []
  return [{ id, action, opensAt: epochMs(Date.parse(timestamp)), score: scores[action] }]
}
