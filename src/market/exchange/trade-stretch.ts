// The trades of a stretch of the past, and which of its seconds they cover for certain.
import { ceilTo, floorTo, MINUTE, SECOND } from '../../core/time.ts'
import { rangeOf } from '../ranges.ts'
import type { TimeRange, Trade } from '../types.ts'
import { countUp, printsOf } from './prints.ts'
import { pastTrades, type PastRequest } from './trade-history.ts'

/** An exchange that is asked by time shows with trades from before a stretch that it keeps all of the stretch. */
const PROOF = MINUTE

/** Trades of whole seconds, `known` as a whole, ascending; refused prints are left out and counted. */
export interface TradePart {
  readonly trades: readonly Trade[]
  readonly known: TimeRange
  readonly refused: number
}

/** Parts of `range`, whose bounds are whole seconds, one a page; what the exchange does not keep is in none. */
export async function* tradesOfStretch(request: PastRequest, range: TimeRange): AsyncGenerator<TradePart> {
  const isCounted = request.profile.past === 'from_id'
  let from: number | null = isCounted ? range.from : null
  let waiting: Trade[] = []
  const start = rangeOf(isCounted ? range.from : range.from - PROOF, range.to).from
  for await (const page of pastTrades(request, { id: null, time: start })) {
    const places = new Map<number, number>()
    const { trades, refused } = printsOf(page, request.market, null, (time) => countUp(places, time))
    const [first, last] = [trades[0], trades.at(-1)]
    if (first === undefined || last === undefined) continue
    from ??= first.time < range.from ? range.from : ceilTo(first.time, SECOND)
    const through = floorTo(Math.min(last.time, range.to), SECOND)
    // A page asked for by time begins with the last millisecond of the one before.
    const known = new Set(waiting.map(({ time, id }) => `${time} ${id}`))
    waiting.push(...trades.filter(({ time, id }) => !known.has(`${time} ${id}`)))
    if (through > from) {
      const begin = from
      yield {
        trades: waiting.filter(({ time }) => time >= begin && time < through),
        known: rangeOf(begin, through),
        refused,
      }
      waiting = waiting.filter(({ time }) => time >= through)
      from = through
    }
    if (last.time >= range.to) return
  }
}
