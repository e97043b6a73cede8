// The market state computed a second time, straight from the rules of the design (section 4) and from raw rows: slow, plain, and sharing no code
// with the product.

export type Tf = '1s' | '1m' | '1h' | '1d'
export const TFS: readonly Tf[] = ['1s', '1m', '1h', '1d']
const STEP: Record<Tf, number> = { '1s': 1_000, '1m': 60_000, '1h': 3_600_000, '1d': 86_400_000 }
const LOWER: Record<Tf, Tf | null> = { '1s': null, '1m': '1s', '1h': '1m', '1d': '1h' }

/** [open time, open, high, low, close, volume as decimal text] */
export type Row = readonly [number, number, number, number, number, string]
export interface RawTrade {
  readonly time: number
  readonly price: number
  /** Decimal text. */
  readonly amount: string
}
export interface Span {
  readonly from: number
  readonly to: number
}

/** What was recorded: trades in order with the whole seconds they cover, and the venue's own longer candles. */
export interface RawMarket {
  readonly trades: readonly RawTrade[]
  readonly covered: readonly Span[]
  readonly native: Readonly<Record<'1m' | '1h' | '1d', readonly Row[]>>
  /** Stretches in which an absent row of a sparse import is quiet. */
  readonly sparse: Readonly<Record<'1m' | '1h' | '1d', readonly Span[]>>
}

export interface NaiveState {
  /** [open time, o, h, l, c, v] ascending, 100 of each. */
  readonly candles: Record<Tf, number[][]>
  readonly gaps: { timeframe: Tf; from: number; to: number }[]
}

export class NaiveMarket {
  readonly #raw: RawMarket
  readonly #bySecond = new Map<number, RawTrade[]>()
  readonly #native = new Map<string, Row>()
  readonly #candles = new Map<string, Row | null>()
  readonly #known = new Map<string, boolean>()
  readonly #first = new Map<Tf, number>()

  constructor(raw: RawMarket) {
    this.#raw = raw
    for (const trade of raw.trades) {
      const second = Math.floor(trade.time / 1000) * 1000
      this.#bySecond.set(second, [...(this.#bySecond.get(second) ?? []), trade])
    }
    for (const tf of ['1m', '1h', '1d'] as const) {
      for (const row of raw.native[tf]) this.#native.set(`${tf} ${row[0]}`, row)
    }
  }

  /** Null where there are too few candles, with how many there are. */
  stateAt(asOf: number): NaiveState | null {
    if (TFS.some((tf) => this.firstKnown(tf) > openOf(tf, asOf) - 99 * STEP[tf])) return null
    if (!this.#isKnown('1s', asOf - 1000)) return null
    const gaps: NaiveState['gaps'] = []
    const candles = {} as Record<Tf, number[][]>
    for (const tf of TFS) {
      const last = openOf(tf, asOf)
      candles[tf] = []
      for (let open = last - 99 * STEP[tf]; open <= last; open += STEP[tf]) {
        const forming = open + STEP[tf] > asOf
        const missing = forming
          ? this.#missingIn(tf, asOf)
          : this.#isKnown(tf, open)
            ? []
            : [[open, open + STEP[tf]]]
        for (const [from, to] of missing) addGap(gaps, tf, from!, to!)
        candles[tf].push(this.#slot(tf, open, forming ? asOf : null))
      }
    }
    return { candles, gaps }
  }

  /** Open of the first candle that is known, traded or quiet. */
  firstKnown(tf: Tf): number {
    const first = this.#first.get(tf) ?? this.#findFirst(tf)
    this.#first.set(tf, first)
    return first
  }

  #findFirst(tf: Tf): number {
    const spans = [
      ...this.#raw.covered,
      ...(tf === '1s' ? [] : TFS.slice(1, TFS.indexOf(tf) + 1).flatMap((t) => this.#ownSpans(t))),
    ]
    for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
      for (let open = Math.floor(from / STEP[tf]) * STEP[tf]; open < to; open += STEP[tf]) {
        if (this.#isKnown(tf, open)) return open
      }
    }
    return Number.POSITIVE_INFINITY
  }

  #ownSpans(tf: Tf): Span[] {
    if (tf === '1s') return []
    return [
      ...this.#raw.native[tf].map(([open]) => ({ from: open, to: open + STEP[tf] })),
      ...this.#raw.sparse[tf],
    ]
  }

  #slot(tf: Tf, open: number, formingAsOf: number | null): number[] {
    const row = formingAsOf === null ? this.#candle(tf, open) : compose(open, this.#parts(tf, formingAsOf))
    if (row !== null) return [row[0], row[1], row[2], row[3], row[4], Number(row[5])]
    const close = this.#lastClose(tf, open)
    return [open, close, close, close, close, 0]
  }

  /** A closed candle: the venue's own, else composed of what covers its whole span. */
  #candle(tf: Tf, open: number): Row | null {
    const key = `${tf} ${open}`
    const cached = this.#candles.get(key)
    if (cached !== undefined) return cached
    const row = this.#native.get(key) ?? this.#composed(tf, open)
    this.#candles.set(key, row)
    return row
  }

  #composed(tf: Tf, open: number): Row | null {
    const lower = LOWER[tf]
    if (lower === null)
      return this.#isKnown('1s', open) ? ofTrades(open, this.#bySecond.get(open) ?? []) : null
    if (!this.#lowerKnown(tf, open)) return null
    return compose(open, this.#candlesOf(lower, slots(lower, open, open + STEP[tf])))
  }

  #candlesOf(tf: Tf, opens: readonly number[]): Row[] {
    return opens.map((open) => this.#candle(tf, open)).filter((row) => row !== null)
  }

  #isKnown(tf: Tf, open: number): boolean {
    if (tf === '1s') return this.#raw.covered.some(({ from, to }) => from <= open && open + 1000 <= to)
    const key = `${tf} ${open}`
    const cached = this.#known.get(key)
    if (cached !== undefined) return cached
    const sparse = this.#raw.sparse[tf].some(({ from, to }) => from <= open && open + STEP[tf] <= to)
    const known = this.#native.has(key) || sparse || this.#lowerKnown(tf, open)
    this.#known.set(key, known)
    return known
  }

  #lowerKnown(tf: Tf, open: number): boolean {
    const lower = LOWER[tf]!
    return slots(lower, open, open + STEP[tf]).every((slot) => this.#isKnown(lower, slot))
  }

  /** Closed lower candles since the open, then those of the next lower forming one, and so on. */
  #parts(tf: Tf, asOf: number): Row[] {
    const lower = LOWER[tf]
    if (lower === null) return []
    const forming = openOf(lower, asOf)
    const closed = slots(lower, openOf(tf, asOf), asOf).filter((slot) => slot + STEP[lower] <= asOf)
    const rows = this.#candlesOf(lower, closed)
    return forming + STEP[lower] <= asOf ? rows : [...rows, ...this.#parts(lower, asOf)]
  }

  #missingIn(tf: Tf, asOf: number): number[][] {
    const lower = LOWER[tf]
    if (lower === null) return []
    const closed = slots(lower, openOf(tf, asOf), asOf).filter((slot) => slot + STEP[lower] <= asOf)
    const missing = closed
      .filter((slot) => !this.#isKnown(lower, slot))
      .map((slot) => [slot, slot + STEP[lower]])
    return openOf(lower, asOf) + STEP[lower] <= asOf ? missing : [...missing, ...this.#missingIn(lower, asOf)]
  }

  #lastClose(tf: Tf, before: number): number {
    for (let open = before - STEP[tf]; open >= this.firstKnown(tf); open -= STEP[tf]) {
      const row = this.#candle(tf, open)
      if (row !== null) return row[4]
    }
    const first = this.firstKnown(tf)
    if (tf !== '1s') return this.#lastClose(LOWER[tf]!, first)
    const earlier = this.#raw.trades.findLast(({ time }) => time < first)
    if (earlier !== undefined) return earlier.price
    return this.#lastClose('1m', Math.floor(first / 60_000) * 60_000)
  }
}

/** Open of the last candle as of an instant: open < asOf ≤ open + timeframe. */
function openOf(tf: Tf, asOf: number): number {
  return (Math.ceil(asOf / STEP[tf]) - 1) * STEP[tf]
}

function slots(tf: Tf, from: number, to: number): number[] {
  const all: number[] = []
  for (let open = from; open < to; open += STEP[tf]) all.push(open)
  return all
}

function ofTrades(open: number, trades: readonly RawTrade[]): Row | null {
  if (trades.length === 0) return null
  const prices = trades.map(({ price }) => price)
  const volume = sumText(trades.map(({ amount }) => amount))
  return [open, prices[0]!, Math.max(...prices), Math.min(...prices), prices.at(-1)!, volume]
}

function compose(open: number, rows: readonly Row[]): Row | null {
  const traded = rows.filter((row) => Number(row[5]) > 0)
  if (traded.length === 0) return null
  const high = Math.max(...traded.map((row) => row[2]))
  const low = Math.min(...traded.map((row) => row[3]))
  return [open, traded[0]![1], high, low, traded.at(-1)![4], sumText(traded.map((row) => row[5]))]
}

/** Decimal addition as taught at school: 12 places are more than any amount here has. */
function sumText(values: readonly string[]): string {
  let sum = 0n
  for (const value of values) {
    const [whole = '0', fraction = ''] = value.split('.')
    if (fraction.length > 12 || !/^\d*$/.test(whole + fraction))
      throw new Error(`not a plain decimal: ${value}`)
    sum += BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, '0'))
  }
  const digits = String(sum).padStart(13, '0')
  return `${digits.slice(0, -12)}.${digits.slice(-12)}`
}

function addGap(gaps: NaiveState['gaps'], timeframe: Tf, from: number, to: number): void {
  const last = gaps.at(-1)
  if (last?.timeframe === timeframe && last.to === from) last.to = to
  else gaps.push({ timeframe, from, to })
}
