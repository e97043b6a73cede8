// What a call saw: the market state of its second, made again of the store as it was known then.
import { orderBookOut } from '../annotation/case-order-book.ts'
import { marketStateOut } from '../annotation/case-content.ts'
import type { AnnotationOut } from '../contract/annotations.ts'
import type { CallStateOut } from '../contract/live-calls.ts'
import { AppError } from '../core/errors.ts'
import { epochMs, type EpochMs } from '../core/time.ts'
import { callOut } from '../inference/call-row.ts'
import { gapOut } from '../market/gap.ts'
import type { Market } from '../market/types.ts'
import type { SimilarQuery } from '../moments/moment-table.ts'
import type { Like } from '../moments/nearest.ts'
import type { App } from './app.ts'
import { withMatches } from './call-matches.ts'
import { similarQuery, within } from './similar.ts'
import { stateAt } from './state-at.ts'

const NEAREST = 5

/** @throws AppError 404 `unknown_call`; 422 `not_enough_candles` where what it saw was deleted since */
export async function callState(app: App, id: string): Promise<CallStateOut> {
  const row = await app.inference.record.call(id)
  const market = { venue: row.venue, symbol: row.symbol }
  const second = epochMs(row.opened_at)
  const knownAt = row.seen_at === null ? null : epochMs(row.seen_at)
  const state = await stateAt(app, market, second, knownAt)
  const [call = callOut(row)] = await withMatches(app, [callOut(row)])
  return {
    call,
    market_state: marketStateOut(state),
    gaps: state.gaps.map(gapOut),
    ...(state.orderBook === null ? {} : { order_book: orderBookOut(state.orderBook, second) }),
    scores: { BUY: row.buy, SELL: row.sell, HOLD: row.hold },
    thresholds: { on: row.rule_on, off: row.rule_off },
    nearest_annotations: nearest(await app.annotations.list({ market }), second),
    like_annotations: await alike(app, market, second),
  }
}

function nearest(annotations: readonly AnnotationOut[], second: EpochMs): AnnotationOut[] {
  const away = ({ entry }: AnnotationOut): number => Math.abs(Date.parse(entry.timestamp) - second)
  return annotations.toSorted((a, b) => away(a) - away(b)).slice(0, NEAREST)
}

async function alike(app: App, market: Market, second: EpochMs): Promise<CallStateOut['like_annotations']> {
  const asked = { market, at: second, direction: 'LONG' } as const
  const query = await similarQuery(app, asked, { among: 'annotations', limit: NEAREST }, app.provider.asOf())
  const likes = await likesOf(app, query)
  if (likes === null) return null
  const found = await app.annotations.named(likes.flatMap(({ id }) => id ?? []))
  const known = new Map(found.map((each) => [each.id, each]))
  return likes.flatMap(({ id = '', isTurned, similarity }) => {
    const annotation = known.get(id)
    return annotation === undefined ? [] : [{ annotation, turned: isTurned, similarity: within(similarity) }]
  })
}

/** Null where no table of moments is kept, or it could not be asked: the rest of what a call saw is told all the same. */
async function likesOf({ moments }: App, query: SimilarQuery): Promise<readonly Like[] | null> {
  try {
    return await moments.similar(query)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}
