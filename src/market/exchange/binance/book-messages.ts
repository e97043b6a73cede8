// Binance's order-book messages, as they come over the wire or as they are recorded, into snapshots and diffs.
import type { EpochMs } from '../../../core/time.ts'
import { RefusedRow } from '../../importing/fields.ts'
import { decimalOf } from '../../book/decimal-text.ts'
import type { BookDiff, BookMessage, BookSnapshot } from '../../book/message.ts'

/** How many levels a snapshot can be asked for: one that has exactly as many may have been cut there. */
const LIMITS = new Set([5, 10, 20, 50, 100, 500, 1000, 5000])

/** Fields of both kinds, of spot and futures; unchecked. */
interface RawMessage {
  readonly recv_ns?: unknown
  readonly E?: unknown
  readonly U?: unknown
  readonly u?: unknown
  readonly pu?: unknown
  readonly b?: unknown
  readonly a?: unknown
  readonly lastUpdateId?: unknown
  readonly bids?: unknown
  readonly asks?: unknown
}

/**
 * One line of a recorded file: a JSON object with `recv_ns` and Binance's own fields (`lastUpdateId`, `bids`, `asks`; or `E`, `U`, `u`, `pu`,
 * `b`, `a`).
 * @param prepare gives what was read the names and times of these fields, where a file has others
 * @throws RefusedRow with words for what is no such message.
 */
export function parseRecordedBookLine(line: string, prepare?: (raw: object) => object): BookMessage {
  const read = objectOf(line)
  const raw: RawMessage = prepare === undefined ? read : prepare(read)
  const nanoseconds = raw.recv_ns
  if (typeof nanoseconds !== 'number' || !(nanoseconds > 0)) {
    throw new RefusedRow('recv_ns is missing: expected the arrival time in nanoseconds since 1970')
  }
  return bookMessageOf(raw, Math.floor(nanoseconds / 1e6) as EpochMs)
}

/**
 * A parsed message of Binance: the REST answer to `depth`, or the payload of a `depthUpdate` event.
 * @throws RefusedRow with words for what is neither.
 */
export function bookMessageOf(message: object, arrivedAt: EpochMs): BookMessage {
  const raw = message as RawMessage
  return raw.lastUpdateId === undefined ? diffOf(raw, arrivedAt) : snapshotOf(raw, arrivedAt)
}

function snapshotOf(raw: RawMessage, arrivedAt: EpochMs): BookSnapshot {
  const bids = levelsOf(raw.bids, 'bids')
  const asks = levelsOf(raw.asks, 'asks')
  return {
    kind: 'snapshot',
    lastUpdateId: idOf(raw.lastUpdateId, 'lastUpdateId'),
    eventTime: raw.E === undefined ? null : instantOf(raw.E),
    arrivedAt,
    bids,
    asks,
    bidsCut: LIMITS.has(bids.length / 2),
    asksCut: LIMITS.has(asks.length / 2),
  }
}

function diffOf(raw: RawMessage, arrivedAt: EpochMs): BookDiff {
  const firstUpdateId = idOf(raw.U, 'U')
  const lastUpdateId = idOf(raw.u, 'u')
  if (firstUpdateId > lastUpdateId) throw new RefusedRow(`U ${firstUpdateId} is above u ${lastUpdateId}`)
  return {
    kind: 'diff',
    firstUpdateId,
    lastUpdateId,
    previousUpdateId: raw.pu === undefined ? null : idOf(raw.pu, 'pu'),
    eventTime: instantOf(raw.E),
    arrivedAt,
    bids: levelsOf(raw.b, 'b'),
    asks: levelsOf(raw.a, 'a'),
  }
}

function objectOf(line: string): RawMessage {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new RefusedRow('this is no JSON')
  }
  if (typeof value === 'object' && value !== null) return value
  throw new RefusedRow('this is no JSON object')
}

function levelsOf(value: unknown, name: string): number[] {
  if (!Array.isArray(value)) throw new RefusedRow(`${name} is missing: expected [[price, amount], …]`)
  const flat: number[] = []
  for (const level of value as unknown[]) {
    const [text, size] = Array.isArray(level) ? (level as unknown[]) : []
    const price = decimalOf(text)
    const amount = decimalOf(size)
    if (!(price > 0 && amount >= 0 && amount + price < Number.POSITIVE_INFINITY)) {
      throw new RefusedRow(`${name} has the level ${JSON.stringify(level)}: expected [price, amount]`)
    }
    flat.push(price, amount)
  }
  return flat
}

function idOf(value: unknown, name: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new RefusedRow(`${name} is ${JSON.stringify(value) ?? 'missing'}: expected an update's number`)
}

function instantOf(value: unknown): EpochMs {
  if (Number.isSafeInteger(value) && (value as number) > 1e11 && (value as number) < 1e14) {
    return value as EpochMs
  }
  throw new RefusedRow(`E is ${JSON.stringify(value) ?? 'missing'}: expected UTC milliseconds`)
}
