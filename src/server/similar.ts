// Which moment a request means by an annotation or an instant, and how what looks like it is told.
import { otherDirection, type Direction } from '../contract/direction.ts'
import type { SimilarMoment, SimilarQuery } from '../contract/moments.ts'
import { sameMarket } from '../contract/market-name.ts'
import { AppError } from '../core/errors.ts'
import { parseInstant, toIso, type EpochMs } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import type { SimilarQuery as TableQuery } from '../moments/moment-table.ts'
import type { Like, Moment, NamedMoment } from '../moments/nearest.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { storedMarket } from './stored-market.ts'

const DEFAULT_LIMIT = 20

export interface AskedMoment extends Moment {
  readonly direction: Direction
}

/**
 * @param served means the venue where only a symbol is named
 * @throws AppError `choose_moment`, `unknown_annotation`, `unknown_symbol`, `unknown_venue`, `several_venues`, `invalid_timestamp`
 */
export async function askedMoment(
  { annotations, reader }: Pick<OpenWorkspace, 'annotations' | 'reader'>,
  query: SimilarQuery,
  served?: Market,
): Promise<AskedMoment> {
  if ((query.annotation === undefined) === (query.at === undefined)) throw choose()
  if (query.annotation !== undefined) {
    const { venue, symbol, entry, direction } = await annotations.get(query.annotation)
    requireSame(query, { venue, symbol })
    return { market: { venue, symbol }, at: parseInstant(entry.timestamp, 'annotation'), direction }
  }
  const at = wholeSecond(query.at, 'at')
  const symbol = query.symbol ?? served?.symbol
  if (symbol === undefined) throw choose()
  const venue = query.venue ?? (symbol === served?.symbol ? served.venue : undefined)
  return { market: await storedMarket(reader, symbol, venue), at, direction: 'LONG' }
}

/** An annotation says its market; whoever names another one means another moment. @throws AppError `choose_moment` */
function requireSame(named: SimilarQuery, own: Market): void {
  const field = (['symbol', 'venue'] as const).find((part) => (named[part] ?? own[part]) !== own[part])
  if (field === undefined) return
  const message = `The annotation is on ${own.symbol} from ${own.venue}, not ${field} ${named[field]}: leave ${field} out, or ask about a market at an instant (at).`
  throw new AppError('choose_moment', message, { field })
}

/** @throws AppError `not_enough_candles` where the moment asked about has no row */
export function similarOut(asked: AskedMoment, likes: readonly Like[] | null): SimilarMoment[] {
  if (likes === null) throw noRow(asked)
  return likes.map(({ market, at, isTurned, similarity, id }) => ({
    symbol: market.symbol,
    venue: market.venue,
    timestamp: toIso(at),
    direction: isTurned ? otherDirection(asked.direction) : asked.direction,
    similarity: within(similarity),
    ...(id === undefined ? {} : { annotation_id: id }),
  }))
}

/** Where the annotations enter that a moment can be compared with: all but those of that very moment. */
async function otherEntries(
  { annotations }: Pick<OpenWorkspace, 'annotations'>,
  { market, at }: Moment,
): Promise<NamedMoment[]> {
  const all = await annotations.list()
  const entries = all.map(({ id, venue, symbol, entry }) => {
    return { id, market: { venue, symbol }, at: parseInstant(entry.timestamp, 'entry') }
  })
  return entries.filter((entry) => entry.at !== at || !sameMarket(entry.market, market))
}

/** What to ask the table of moments. */
export async function similarQuery(
  open: Pick<OpenWorkspace, 'annotations'>,
  { market, at }: AskedMoment,
  { among, limit = DEFAULT_LIMIT }: SimilarQuery,
  until: EpochMs,
): Promise<TableQuery> {
  const entries = among === undefined ? {} : { among: await otherEntries(open, { market, at }) }
  return { market, at, limit, until, ...entries }
}

/** @throws AppError `invalid_timestamp` */
export function wholeSecond(instant: string | number | undefined, field: string): EpochMs {
  const at = parseInstant(instant, field)
  if (at % 1000 === 0) return at
  const message = `A moment is a whole second: got ${toIso(at)}.`
  throw new AppError('invalid_timestamp', message, { field })
}

function choose(): AppError {
  return new AppError(
    'choose_moment',
    'Say which moment: an annotation by its id, or a market at an instant (at, symbol and, where it is stored from several, venue).',
    { field: 'annotation' },
  )
}

function noRow({ market, at }: AskedMoment): AppError {
  const message = `As of ${toIso(at)} no market state of ${market.symbol} from ${market.venue} can be made of what is stored, or too much of it is missing: choose another moment; the charts shade where none is possible.`
  return new AppError('not_enough_candles', message, { status: 422, field: 'at' })
}

/** A cosine that rounding took past its bounds. */
export function within(similarity: number): number {
  return Math.min(1, Math.max(-1, similarity))
}
