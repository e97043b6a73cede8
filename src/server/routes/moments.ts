// /api/similar: moments of stored markets that look alike; /api/rejected-holds: which of them are HOLD all the same.
import type { momentRoutes } from '../../contract/routes/moments.ts'
import type { RejectedHoldOut } from '../../contract/rejected-holds.ts'
import { marketKey } from '../../contract/market-name.ts'
import { AppError } from '../../core/errors.ts'
import { toIso, type EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import type { App } from '../app.ts'
import { knownUntil } from '../markets.ts'
import { askedMoment, similarOut, similarQuery, wholeSecond } from '../similar.ts'
import { storedMarket } from '../stored-market.ts'
import type { Handlers } from '../typed.ts'

export function momentHandlers(app: App): Handlers<keyof typeof momentRoutes> {
  return {
    async findSimilar({ query }) {
      const { market: served } = app.provider.status()
      const asked = await askedMoment(app, query, served)
      const wanted = await similarQuery(app, asked, query, app.provider.asOf())
      return { similar: similarOut(asked, await app.moments.similar(wanted)) }
    },
    async createRejectedHold({ body: { symbol, venue: named, timestamp } }) {
      const { market: served } = app.provider.status()
      const at = wholeSecond(timestamp, 'timestamp')
      const venue = named ?? (symbol === served.symbol ? served.venue : undefined)
      const market = await storedMarket(app.reader, symbol, venue)
      const known = await knownUntil(app.provider, market)
      if (at > known) throw notYet(at, known)
      // The same second keeps its name, however often it is said.
      const reference = `second ${marketKey(market)} ${at}`
      const id = await app.rejectedHolds.add({ market, at, origin: 'suggestion', reference })
      app.bus.emit('rejected_holds', market)
      return holdOut(id, market, at)
    },
    async deleteRejectedHold({ params: { id } }) {
      const { market, at } = await app.rejectedHolds.take(id)
      app.bus.emit('rejected_holds', market)
      return holdOut(id, market, at)
    },
  }
}

function holdOut(id: string, { symbol, venue }: Market, at: EpochMs): RejectedHoldOut {
  return { id, symbol, venue, timestamp: toIso(at) }
}

function notYet(at: EpochMs, known: EpochMs): AppError {
  const message = `${toIso(at)} is in the future: the market is known up to ${toIso(known)}. Name a second before that.`
  return new AppError('invalid_timestamp', message, { field: 'timestamp' })
}
