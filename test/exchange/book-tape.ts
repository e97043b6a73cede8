// The order book of the local exchange: recorded snapshot and diffs moved to another time, and what can go wrong with them.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export type BookKind = 'spot' | 'futures'

type Level = readonly [price: string, amount: string]

/** As recorded, or as sent: futures have `pu`. */
interface Diff {
  readonly E: number
  readonly U: number
  readonly u: number
  readonly pu?: number
  readonly b: readonly Level[]
  readonly a: readonly Level[]
}

interface Depth {
  readonly lastUpdateId: number
  readonly bids: Level[]
  readonly asks: Level[]
}

const FOLDER = fileURLToPath(new URL('../../../shared/data/books/', import.meta.url))
const VENUES = { spot: 'binance', futures: 'binanceusdm' } as const
const fileOf = (kind: BookKind, end: string): string => `${FOLDER}${VENUES[kind]}-ETHUSDT-2024-08-08${end}`

export const hasRecordedBooks = (['spot', 'futures'] as const).every(
  (kind) => existsSync(fileOf(kind, '.jsonl.gz')) && existsSync(fileOf(kind, '-top10-1s.csv.gz')),
)

/** The ten best levels as `price,amount,…`, bids then asks, by second of the recording. */
export function recordedTops(kind: BookKind): Map<number, string> {
  const rows = gunzipSync(readFileSync(fileOf(kind, '-top10-1s.csv.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
  return new Map(
    rows.slice(1).map((row) => {
      const [time, ...numbers] = row.split(',')
      return [Number(time), numbers.map(Number).join(',')]
    }),
  )
}

/** 2 levels of a made-up book, where the recording is absent: a diff every 100 ms for 650 s. */
function madeUp(origin: number): { snapshot: Depth; diffs: Diff[] } {
  const amount = (step: number): string => ((step % 97) + 1).toFixed(4)
  const side = (step: number, sign: number): Level[] =>
    Array.from({ length: 12 }, (_, at) => [(2680 + sign * (at + 1)).toFixed(2), amount(step + at)])
  const diffs = Array.from({ length: 6500 }, (_, step) => ({
    E: origin + step * 100,
    U: step + 1,
    u: step + 1,
    b: side(step, -1).slice(0, 3),
    a: side(step, 1).slice(0, 3),
  }))
  return { snapshot: { lastUpdateId: 0, bids: side(0, -1), asks: side(0, 1) }, diffs }
}

const read = new Map<BookKind, { snapshot: Depth; diffs: Diff[] }>()

function recorded(kind: BookKind): { snapshot: Depth; diffs: Diff[] } {
  const known = read.get(kind) ?? parsed(kind)
  read.set(kind, known)
  return known
}

function parsed(kind: BookKind): { snapshot: Depth; diffs: Diff[] } {
  const lines = gunzipSync(readFileSync(fileOf(kind, '.jsonl.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string } & Depth & Diff)
  const snapshot = lines.find(({ type }) => type === 'snapshot')!
  const isNew = ({ u }: Diff): boolean =>
    kind === 'spot' ? u > snapshot.lastUpdateId : u >= snapshot.lastUpdateId
  return { snapshot, diffs: lines.filter((line) => line.type === 'update' && isNew(line)) }
}

export interface BookTapeOptions {
  readonly kind: BookKind
  readonly symbol: string
  /** From a time of the recording to the tape's, ms. */
  readonly move: (time: number) => number
  /** Where a made-up book begins, in the recording's time. */
  readonly origin: number
}

interface BookFaults {
  drop: number
  double: number
  swap: number
  garbage: number
  nonsense: number
}

export class BookTape {
  readonly #options: BookTapeOptions
  readonly #diffs: readonly Diff[]
  readonly #bids = new Map<string, string>()
  readonly #asks = new Map<string, string>()
  #lastUpdateId: number
  #next = 0
  #swapped: string | null = null
  readonly #faults: BookFaults = { drop: 0, double: 0, swap: 0, garbage: 0, nonsense: 0 }
  #renumbered = 0
  #stale: { depth: object; times: number } | null = null

  constructor(options: BookTapeOptions) {
    const { snapshot, diffs } = hasRecordedBooks ? recorded(options.kind) : madeUp(options.origin)
    this.#options = options
    this.#diffs = diffs
    this.#lastUpdateId = snapshot.lastUpdateId
    for (const [price, amount] of snapshot.bids) this.#bids.set(price, amount)
    for (const [price, amount] of snapshot.asks) this.#asks.set(price, amount)
  }

  /** Lets all up to `now` happen, and returns the messages that leave for it. */
  advance(now: number): string[] {
    const texts: string[] = []
    for (; this.#next < this.#diffs.length; this.#next += 1) {
      const diff = this.#diffs[this.#next]!
      if (this.#options.move(diff.E) > now) break
      this.#apply(diff)
      texts.push(...this.#leave(this.#text(diff)))
    }
    return texts
  }

  /** GET depth: the best levels of the book now; an older one, or of other numbers, where a fault says so. */
  depth(limit: number): object {
    if (this.#stale !== null && this.#stale.times > 0) {
      this.#stale.times -= 1
      return this.#stale.depth
    }
    const best = (side: Map<string, string>, sign: number): Level[] =>
      [...side].toSorted(([a], [b]) => sign * (Number(a) - Number(b))).slice(0, limit)
    return {
      lastUpdateId: this.#lastUpdateId + this.#renumbered,
      bids: best(this.#bids, -1),
      asks: best(this.#asks, 1),
    }
  }

  /** Faults of the next messages: how many never leave, leave twice, change places, are no JSON, or have a price that is none. */
  spoil(faults: Partial<BookFaults>): void {
    for (const [fault, count] of Object.entries(faults)) this.#faults[fault as keyof BookFaults] += count
  }

  get pending(): number {
    const { drop, double, swap, garbage, nonsense } = this.#faults
    return drop + double + swap + garbage + nonsense + (this.#swapped === null ? 0 : 1)
  }

  /** The book as it is now is what the next `times` questions for it are answered with. */
  freeze(times: number): void {
    this.#stale = { depth: this.depth(1000), times }
  }

  get staleAnswers(): number {
    return this.#stale?.times ?? 0
  }

  /** The exchange has restarted, and counts anew. */
  renumber(): void {
    this.#renumbered = 1000 - this.#lastUpdateId
  }

  #apply({ b, a, u }: Diff): void {
    const set = (side: Map<string, string>, [price, amount]: Level): void => {
      if (Number(amount) === 0) side.delete(price)
      else side.set(price, amount)
    }
    for (const level of b) set(this.#bids, level)
    for (const level of a) set(this.#asks, level)
    this.#lastUpdateId = u
  }

  #text({ E, U, u, pu, b, a }: Diff): string {
    const by = this.#renumbered
    const time = this.#options.move(E)
    const futures = pu === undefined ? {} : { T: time, pu: pu + by }
    const isNonsense = this.#faults.nonsense > 0
    if (isNonsense) this.#faults.nonsense -= 1
    const levels = isNonsense ? [['none', '1'], ...b] : b
    const message = { e: 'depthUpdate', E: time, s: this.#options.symbol, U: U + by, u: u + by, ...futures }
    return JSON.stringify({ ...message, b: levels, a })
  }

  #leave(text: string): string[] {
    const faults = this.#faults
    if (faults.drop > 0) {
      faults.drop -= 1
      return []
    }
    if (faults.garbage > 0) {
      faults.garbage -= 1
      return [text.slice(0, -7)]
    }
    if (this.#swapped === null && faults.swap > 0) {
      faults.swap -= 1
      this.#swapped = text
      return []
    }
    const texts = faults.double > 0 ? [text, text] : [text]
    if (faults.double > 0) faults.double -= 1
    if (this.#swapped !== null) texts.push(this.#swapped)
    this.#swapped = null
    return texts
  }
}
