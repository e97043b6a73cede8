// Which annotations calls hit, by the annotations and reviewed spans of now.
import type { CallOut } from '../contract/live-calls.ts'
import { at } from '../core/at.ts'
import { MINUTE, epochMs } from '../core/time.ts'
import { judgeCalls } from '../training/evaluation/live-accuracy.ts'
import type { App } from './app.ts'

/** The windows of a mark reach no further: whether an earlier call of the session took a mark, is seen so far back. */
const LOOK_BACK = 3 * MINUTE
const MOST_CALLS = 10_000

/** The calls as given, each with the annotation that it hit: an annotation is hit once a session. */
export async function withMatches(app: App, calls: readonly CallOut[]): Promise<CallOut[]> {
  const matched = new Map<string, string>()
  for (const own of bySession(calls).values()) {
    for (const [call, annotation] of await matchesOf(app, own)) matched.set(call, annotation)
  }
  return calls.map((call) => ({ ...call, matched_annotation: matched.get(call.id) ?? null }))
}

/** @param calls of one session, newest first */
async function matchesOf(app: App, calls: readonly CallOut[]): Promise<ReadonlyMap<string, string>> {
  const { session, symbol, venue, opened_at: oldest } = at(calls, -1)
  const market = { symbol, venue }
  const from = Date.parse(oldest) - LOOK_BACK
  const to = Date.parse(at(calls, 0).opened_at) + 1
  const annotations = await app.annotations.list({ market })
  if (annotations.length === 0) return new Map()
  const all = await app.inference.record.calls({ session, from, to, limit: MOST_CALLS })
  const inOrder = all.toReversed().map(({ id, action, opened_at, score }) => {
    return { id, action, opensAt: epochMs(Date.parse(opened_at)), score }
  })
  return judgeCalls(market, inOrder, annotations, []).matched
}

function bySession(calls: readonly CallOut[]): Map<string, CallOut[]> {
  const groups = new Map<string, CallOut[]>()
  for (const call of calls) {
    const known = groups.get(call.session)
    if (known === undefined) groups.set(call.session, [call])
    else known.push(call)
  }
  return groups
}
