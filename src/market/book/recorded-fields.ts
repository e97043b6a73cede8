// A recorded file's own names and times, made into those that its order-book messages are read by.
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { zoneOf } from '../../core/zone.ts'
import { columnsOf } from '../importing/tables/columns-option.ts'
import { TimeReader } from '../importing/times/time-reader.ts'

/** What `--columns` names, and the fields that it stands for. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  arrival: ['recv_ns'],
  time: ['E'],
  first_id: ['U'],
  last_id: ['u'],
  previous_id: ['pu'],
  snapshot_id: ['lastUpdateId'],
  bids: ['b', 'bids'],
  asks: ['a', 'asks'],
}
const NS_PER_MS = 1e6

export interface OwnFields {
  /** `time=ts,bids=buys`: a field of ours and the file's key for it. */
  readonly columns?: string
  /** Of times that are written without one. */
  readonly timezone?: string
}

export type Prepare = (raw: object) => object

/**
 * Null where a file is read as it is: nothing was said of it.
 * @throws AppError `invalid_columns`, `invalid_timezone`
 */
export function ownFields({ columns, timezone }: OwnFields, now = systemClock.now()): Prepare | null {
  if (columns === undefined && timezone === undefined) return null
  const keys = columns === undefined ? [] : keysOf(columns)
  const rules = { now, days: false, distinct: false, zone: timezone === undefined ? null : zoneOf(timezone) }
  const [arrivals, times] = [new TimeReader(rules), new TimeReader(rules)]
  return (raw) => {
    const named: Record<string, unknown> = { ...raw }
    for (const [fields, key] of keys) {
      if (!(key in raw)) continue
      for (const field of fields) named[field] = (raw as Record<string, unknown>)[key]
    }
    if (named['recv_ns'] !== undefined) named['recv_ns'] = arrivals.read(textOf(named['recv_ns'])) * NS_PER_MS
    if (named['E'] !== undefined) named['E'] = times.read(textOf(named['E']))
    return named
  }
}

/** A position means nothing in an object. */
function keysOf(columns: string): (readonly [fields: readonly string[], key: string])[] {
  const chosen = [...columnsOf(columns, Object.keys(FIELDS))]
  return chosen.map(([name, place]) => {
    if (typeof place === 'string') return [FIELDS[name] ?? [], place]
    throw new AppError(
      'invalid_columns',
      `--columns has "${name}=${place + 1}": each line of an order book is a JSON object, so name its key, such as ${name}=ts.`,
      { field: 'columns' },
    )
  })
}

function textOf(value: unknown): string {
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : String(value)
}
