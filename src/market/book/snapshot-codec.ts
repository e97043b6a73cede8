// A block of one-second book snapshots as bytes: a key snapshot, then what changed from second to second. Lossless.
import type { EpochMs } from '../../core/time.ts'
import { numberIn } from '../../core/number-at.ts'
import { brokenBlock, ByteReader, ByteWriter } from './byte-stream.ts'
import type { FlatLevels } from './message.ts'
import { isPlaces, placesOf, RAW, scaled, unscaled } from './scale.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/** The first byte of a block; another layout gets another number. */
const VERSION = 1

/**
 * Block: version, decimal places of prices and of amounts, then snapshots; the first is whole, each other one relative to the one before.
 * Snapshot: seconds since the one before (the first: since 1970); ms from its last event to its second; change of (arrival − event) and of the
 * update's number; bids; asks.
 * Side: 0 = as before; else count + 1, then a level each: (ticks from the level before, 2 · ticks + 1 where the amount is what that price had
 * a second ago, else 2 · ticks followed by the amount). The first level's ticks are relative to the best of the second before, zigzag.
 * Where prices or amounts are no decimals of at most 15 places, they stand as doubles (places 255).
 * All numbers are varints. The bytes are a function of the snapshots alone: encoding what was decoded gives the same bytes.
 */
export function encodeBlock(snapshots: readonly TopSnapshot[]): Uint8Array {
  const encoder = new BlockEncoder(snapshots)
  return encoder.bytes()
}

/** A block that grows at its end. */
export class BlockEncoder {
  readonly #out = new ByteWriter()
  readonly #places: Places
  readonly #bids: SideWriter
  readonly #asks: SideWriter
  #before = BEFORE

  constructor(snapshots: readonly TopSnapshot[]) {
    this.#places = placesIn(snapshots)
    this.#out.byte(VERSION)
    this.#out.byte(this.#places.prices)
    this.#out.byte(this.#places.amounts)
    this.#bids = new SideWriter(this.#out, this.#places, -1)
    this.#asks = new SideWriter(this.#out, this.#places, 1)
    for (const snapshot of snapshots) this.#write(snapshot)
  }

  /** One more, later than all before it. False, and nothing is written, where it has more decimal places than the block: that begins anew. */
  add(snapshot: TopSnapshot): boolean {
    const { prices, amounts } = placesIn([snapshot], this.#places)
    if (prices !== this.#places.prices || amounts !== this.#places.amounts) return false
    this.#write(snapshot)
    return true
  }

  bytes(): Uint8Array {
    return this.#out.bytes()
  }

  #write(snapshot: TopSnapshot): void {
    const now = headOf(snapshot)
    const before = this.#before
    this.#out.unsigned((now.time - before.time) / 1000)
    this.#out.unsigned(now.time - now.eventTime)
    this.#out.signed(now.delay - before.delay)
    this.#out.signed(now.id - before.id)
    this.#bids.write(snapshot.bids)
    this.#asks.write(snapshot.asks)
    this.#before = now
  }
}

/** @throws AppError `broken_order_book` for what is no block. */
export function decodeBlock(bytes: Uint8Array): TopSnapshot[] {
  const reader = new ByteReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw brokenBlock(`its layout is ${version}, this program reads ${VERSION}`)
  const places = { prices: reader.byte(), amounts: reader.byte() }
  if (!isPlaces(places.prices) || !isPlaces(places.amounts)) throw brokenBlock('its scale is not possible')
  const bids = new SideReader(reader, places, -1)
  const asks = new SideReader(reader, places, 1)
  const snapshots: TopSnapshot[] = []
  let { time, delay, id } = BEFORE
  while (!reader.ended) {
    time += reader.unsigned() * 1000
    const eventTime = time - reader.unsigned()
    delay += reader.signed()
    id += reader.signed()
    snapshots.push({
      time: time as EpochMs,
      eventTime: eventTime as EpochMs,
      arrivedAt: (eventTime + delay) as EpochMs,
      lastUpdateId: id,
      bids: bids.read(),
      asks: asks.read(),
    })
  }
  return snapshots
}

interface Places {
  readonly prices: number
  readonly amounts: number
}

interface Head {
  readonly time: number
  readonly eventTime: number
  /** Arrival less event time. */
  readonly delay: number
  readonly id: number
}

const BEFORE: Head = { time: 0, eventTime: 0, delay: 0, id: 0 }

function headOf({ time, eventTime, arrivedAt, lastUpdateId }: TopSnapshot): Head {
  return { time, eventTime, delay: arrivedAt - eventTime, id: lastUpdateId }
}

/** Of the snapshots in order, as they go on from those that need `from`. */
function placesIn(snapshots: readonly TopSnapshot[], from: Places = { prices: 0, amounts: 0 }): Places {
  const column = function* (offset: 0 | 1): Generator<number> {
    for (const { bids, asks } of snapshots) {
      for (let at = offset; at < bids.length; at += 2) yield numberIn(bids, at)
      for (let at = offset; at < asks.length; at += 2) yield numberIn(asks, at)
    }
  }
  const placesFrom = (offset: 0 | 1, least: number): number =>
    least === RAW ? RAW : placesOf(column(offset), least)
  return { prices: placesFrom(0, from.prices), amounts: placesFrom(1, from.amounts) }
}

/** Level by level: `direction` 1 where prices rise away from the best. */
class SideWriter {
  readonly #out: ByteWriter
  readonly #places: Places
  readonly #direction: 1 | -1
  #previous: FlatLevels = []

  constructor(out: ByteWriter, places: Places, direction: 1 | -1) {
    this.#out = out
    this.#places = places
    this.#direction = direction
  }

  write(levels: FlatLevels): void {
    const previous = this.#previous
    this.#previous = levels
    if (sameLevels(levels, previous)) return this.#out.byte(0)
    this.#out.unsigned(levels.length / 2 + 1)
    const raw = this.#places.prices === RAW
    let reference = raw ? 0 : this.#ticks(previous[0] ?? 0)
    for (let at = 0; at < levels.length; at += 2) {
      const [price, amount] = [numberIn(levels, at), numberIn(levels, at + 1)]
      const kept = amountOf(previous, price) === amount
      if (raw) this.#rawPrice(price, kept)
      else reference = this.#price(price, reference, at === 0, kept)
      if (!kept) this.#amount(amount)
    }
  }

  #price(price: number, reference: number, first: boolean, kept: boolean): number {
    const ticks = this.#ticks(price)
    const step = (ticks - reference) * this.#direction
    const coded = first ? zigzag(step) : step
    this.#out.unsigned(2 * coded + (kept ? 1 : 0))
    return ticks
  }

  #rawPrice(price: number, kept: boolean): void {
    this.#out.byte(kept ? 1 : 0)
    this.#out.double(price)
  }

  #amount(amount: number): void {
    const { amounts } = this.#places
    if (amounts === RAW) this.#out.double(amount)
    else this.#out.unsigned(scaled(amount, amounts))
  }

  #ticks(price: number): number {
    return scaled(price, this.#places.prices)
  }
}

class SideReader {
  readonly #in: ByteReader
  readonly #places: Places
  readonly #direction: 1 | -1
  #previous: FlatLevels = []

  constructor(input: ByteReader, places: Places, direction: 1 | -1) {
    this.#in = input
    this.#places = places
    this.#direction = direction
  }

  read(): FlatLevels {
    const head = this.#in.unsigned()
    if (head === 0) return this.#previous
    const { prices, amounts } = this.#places
    const levels: number[] = []
    let ticks = prices === RAW ? 0 : scaled(this.#previous[0] ?? 0, prices)
    for (let level = 0; level < head - 1; level += 1) {
      const coded = prices === RAW ? this.#in.byte() : this.#in.unsigned()
      const kept = coded % 2 === 1
      if (prices !== RAW) {
        const step = (coded - (kept ? 1 : 0)) / 2
        ticks += this.#direction * (level === 0 ? unzigzag(step) : step)
      }
      const price = prices === RAW ? this.#in.double() : unscaled(ticks, prices)
      levels.push(price, kept ? amountOf(this.#previous, price) : this.#amount(amounts))
    }
    this.#previous = levels
    return levels
  }

  #amount(places: number): number {
    return places === RAW ? this.#in.double() : unscaled(this.#in.unsigned(), places)
  }
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

/** The amount at a price; NaN where there is none. */
function amountOf(levels: FlatLevels, price: number): number {
  for (let at = 0; at < levels.length; at += 2) if (levels[at] === price) return numberIn(levels, at + 1)
  return Number.NaN
}

function sameLevels(a: FlatLevels, b: FlatLevels): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
