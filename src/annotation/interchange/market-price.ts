// The prices that a file of labels gives, beside those of the market: a series that is not the price is refused.
import { AppError } from '../../core/errors.ts'
import { MINUTE, toIso, type EpochMs } from '../../core/time.ts'
import type { MarketReader } from '../../market/provider.ts'
import { durationOf, TIMEFRAMES } from '../../market/timeframe.ts'
import type { Market } from '../../market/types.ts'
import type { Label, RefusedLabel } from './label.ts'

/** Percent. Other venues of a symbol are nearer than that; another currency, an indicator or a return is farther. */
const FARTHEST = 2

export class MarketPrice {
  readonly #reader: MarketReader
  readonly #market: Market

  constructor(reader: MarketReader, market: Market) {
    this.#reader = reader
    this.#market = market
  }

  /** Close of the finest candle that ends at `instant`, or less than a candle, and than a minute, before it. */
  async find(instant: EpochMs): Promise<number | null> {
    for (const timeframe of TIMEFRAMES) {
      const step = durationOf(timeframe)
      const request = {
        market: this.#market,
        timeframe,
        to: instant,
        limit: 1,
        asOf: instant,
        forming: false,
      }
      const last = (await this.#reader.candles(request)).candles.at(-1)
      if (last !== undefined && instant - last.openTime - step < Math.min(step, MINUTE)) return last.close
    }
    return null
  }

  /** @throws AppError `no_price` */
  async at(instant: EpochMs): Promise<number> {
    const price = await this.find(instant)
    if (price !== null) return price
    const { symbol, venue } = this.#market
    throw new AppError(
      'no_price',
      `No price of ${symbol} on ${venue} is stored for ${toIso(instant)}: import its candles first.`,
    )
  }

  /** What is wrong with the prices of a label, in words; null where they are the market's, or nothing is stored to compare. */
  async faultOf(label: Label): Promise<string | null> {
    if (!label.foreign) return null
    for (const [name, price, instant] of [
      ['entry', label.entryPrice, label.from],
      ['exit', label.exitPrice, label.to],
    ] as const) {
      const market = price === null ? null : await this.find(instant)
      if (price === null || market === null || price === market) continue
      const off = (100 * Math.abs(price - market)) / Math.abs(market)
      if (off <= FARTHEST) continue
      const where = `${this.#market.symbol} on ${this.#market.venue} stood at ${market} at ${toIso(instant)}`
      return `its ${name} price ${price} is ${off < 10 ? off.toFixed(1) : off.toFixed(0)} % off: ${where}`
    }
    return null
  }
}

/**
 * The labels whose prices are the market's, the others with the reason.
 * @throws AppError `choose_series` where two series that could both be the price are labelled over the same time
 */
export async function priced(
  labels: readonly Label[],
  prices: MarketPrice,
): Promise<{ labels: Label[]; refused: RefusedLabel[] }> {
  const good: Label[] = []
  const faults: { label: Label; fault: string }[] = []
  for (const label of labels) {
    const fault = await prices.faultOf(label)
    if (fault === null) good.push(label)
    else faults.push({ label, fault })
  }
  requireOneSeries(good)
  const better = [...new Set(good.flatMap(({ series }) => (series === null ? [] : [series])))]
  const refused = faults.map(({ label, fault }) => ({
    line: label.line,
    reason: reasonOf(label, fault, better),
  }))
  return { labels: good, refused }
}

function reasonOf({ series }: Label, fault: string, better: readonly string[]): string {
  if (series === null)
    return `${fault}. Is it of another market, or are its times of another zone (--timezone) or open times (--opens)?`
  const other = better.find((name) => name !== series)
  const advice =
    other === undefined
      ? 'label the price itself, or say --opens where the times are open times of candles'
      : `choose --series ${other}`
  return `${series} is not the price: ${advice} (${fault})`
}

function requireOneSeries(labels: readonly Label[]): void {
  const ordered = labels
    .filter(({ series }) => series !== null)
    .toSorted((a, b) => a.from - b.from || a.line - b.line)
  let last: Label | undefined
  for (const label of ordered) {
    if (last !== undefined && last.series !== label.series && label.from < last.to) {
      throw new AppError(
        'choose_series',
        `The series ${last.series} and ${label.series} are both labelled from ${toIso(label.from)} on, and both could be the price: choose --series ${last.series} or --series ${label.series}. Nothing was saved.`,
        { field: 'file' },
      )
    }
    if (last === undefined || label.to > last.to) last = label
  }
}
