// A mark as it came in, checked: a whole second to enter at, an exit after it.
import type { AnnotationBody } from '../contract/annotations.ts'
import { AppError } from '../core/errors.ts'
import { parseInstant, SECOND, toIso } from '../core/time.ts'
import type { Market } from '../market/types.ts'
import { planOf, type Plan } from './plan.ts'
import type { AnnotationRow } from './schema.ts'

export type Mark = Pick<
  AnnotationRow,
  | 'venue'
  | 'symbol'
  | 'direction'
  | 'entry_time'
  | 'entry_price'
  | 'exit_time'
  | 'exit_price'
  | 'stop_price'
  | 'target_price'
  | 'notes'
  | 'tags'
>

/**
 * `old` is the plan of the mark that it replaces.
 * @throws AppError `invalid_timestamp` (no instant, or an entry that is no whole second), `invalid_exit` (not after the entry), as `planOf`
 */
export function markOf(body: AnnotationBody, market: Market, old?: Plan): Mark {
  const entry = parseInstant(body.entry.timestamp, 'entry.timestamp')
  const exit = parseInstant(body.exit.timestamp, 'exit.timestamp')
  if (entry % SECOND !== 0) {
    throw new AppError(
      'invalid_timestamp',
      `entry.timestamp is ${toIso(entry)}: the entry is a whole second, the instant up to which the market is known. After a click on a 1s candle that is its end.`,
      { field: 'entry.timestamp' },
    )
  }
  if (exit <= entry) {
    throw new AppError(
      'invalid_exit',
      `The exit ${toIso(exit)} is not after the entry ${toIso(entry)}: choose a later exit, or swap the two.`,
      { field: 'exit.timestamp' },
    )
  }
  return {
    venue: market.venue,
    symbol: market.symbol,
    direction: body.direction,
    entry_time: entry,
    entry_price: body.entry.price,
    exit_time: exit,
    exit_price: body.exit.price,
    ...planOf(body, old),
    notes: body.notes ?? '',
    tags: JSON.stringify(body.tags ?? []),
  }
}
