// What a file's candles say of it as a whole, by a sample of its rows: how far apart they are, in what order its columns, what its volume is.
import { basename } from 'node:path'
import { DAY, HOUR, toIso, type EpochMs } from '../../../core/time.ts'
import { durationOf, type Timeframe } from '../../timeframe.ts'
import { contradicts } from '../identity/claims.ts'
import { checkSpacing } from '../identity/spacing.ts'
import { numberIn } from '../fields.ts'
import type { Table } from '../tables/table.ts'
import type { CandleColumn, Prices } from './candle-row.ts'

const OPENS = 20_000
const ROWS = 300
const VOLUME_LIKE = /^(v|vol|volume|amount|turnover|quote|base)/
const PLAIN = /^\s*\d+(\.\d+)?\s*$/

interface VolumeRow {
  readonly fields: readonly string[]
  readonly close: number
  readonly volume: number
}

/** Shown the first rows; then asked before anything is stored. */
export class CandleChecks {
  readonly #path: string
  readonly #timeframe: Timeframe
  readonly #table: Table<CandleColumn>
  readonly #opens: number[] = []
  readonly #prices: Prices[] = []
  readonly #volumes: VolumeRow[] = []

  constructor(path: string, timeframe: Timeframe, table: Table<CandleColumn>) {
    this.#path = path
    this.#timeframe = timeframe
    this.#table = table
  }

  open(openTime: number): void {
    if (this.#opens.length < OPENS) this.#opens.push(openTime)
  }

  /** Before they are judged. */
  prices(prices: Prices): void {
    if (this.#prices.length < ROWS) this.#prices.push(prices)
  }

  volume(fields: readonly string[], close: number, volume: number): void {
    if (this.#volumes.length < ROWS) this.#volumes.push({ fields, close, volume })
  }

  /** @throws AppError `contradicts_file` where the rows are of another timeframe, or what is taken for volume is turnover */
  check(columnsGiven: boolean): void {
    checkSpacing(basename(this.#path), this.#opens, this.#timeframe)
    if (!columnsGiven) this.#checkVolume()
  }

  /** What explains rows that were refused, with what to do; null where nothing does. */
  advice(): string | null {
    return this.#offGrid() ?? this.#order()
  }

  #checkVolume(): void {
    const { header, places } = this.#table
    const own = places.volume
    if (own < 0) return
    const width = this.#volumes[0]?.fields.length ?? 0
    for (let column = 0; column < width; column += 1) {
      const name = header[column]
      const isLike = name === undefined ? column === own + 1 && header.length === 0 : VOLUME_LIKE.test(name)
      if (column === own || !isLike || !this.#isTurnoverOf(column)) continue
      const called = (place: number): string => header[place] ?? `${place + 1}`
      throw contradicts(
        `Column ${called(own)} of ${basename(this.#path)} is column ${called(column)} times the price: the turnover, not the volume.`,
        'columns',
        `Say --columns volume=${called(column)}.`,
      )
    }
  }

  /** True where what is taken for volume is the price times `column`. */
  #isTurnoverOf(column: number): boolean {
    const rows = this.#volumes.flatMap(({ fields, close, volume }) => {
      const text = fields[column] ?? ''
      const other = PLAIN.test(text) ? numberIn(text, 'volume') : 0
      return other > 0 && volume > 0 ? [{ ratio: volume / other, close }] : []
    })
    const alike = rows.filter(({ ratio, close }) => Math.abs(ratio / close - 1) < 0.1)
    const tells = rows.some(({ close }) => close > 1.5 || close < 0.7)
    return tells && rows.length > 0 && alike.length >= 0.9 * rows.length
  }

  /** Candles that all open beside the grid, as the sessions of stock exchanges do. */
  #offGrid(): string | null {
    const step = durationOf(this.#timeframe)
    const off = this.#opens.filter((open) => open % step !== 0)
    if (off.length * 2 <= this.#opens.length || this.#timeframe === '1s') return null
    const first = toIso((off[0] ?? 0) as EpochMs)
    if (step === DAY)
      return `its days open at ${first.slice(11)}, and days here are those of UTC. Import its hours or minutes: days are composed of them. Days written as bare dates are taken for UTC days.`
    const finer = step === HOUR ? 'minutes' : 'seconds'
    const unit = step === HOUR ? 'hours here open on the hour' : 'minutes here open on the minute'
    return `its candles open at ${first.slice(11)}, and ${unit}, UTC. Import the ${finer}: ${this.#timeframe} candles are composed of them.`
  }

  /** Another order of the columns in which every row makes sense. */
  #order(): string | null {
    const isBad = ([open, high, low, close]: Prices): boolean =>
      high < Math.max(open, close, low) || low > Math.min(open, close)
    const bad = this.#prices.filter(isBad).length
    if (bad * 2 <= this.#prices.length) return null
    const order = ORDERS.find(
      ({ places }) =>
        !this.#prices.some((row) => isBad(places.map((place) => row[place] ?? 0) as unknown as Prices)),
    )
    if (order === undefined) return null
    const { places } = this.#table
    const at = [places.open, places.high, places.low, places.close]
    const columns = ['open', 'high', 'low', 'close'].map(
      (name, index) => `${name}=${(at[order.places[index] ?? 0] ?? 0) + 1}`,
    )
    return `high is below low, or open or close outside them, in ${bad} of ${this.#prices.length} rows: are the columns time, ${order.names}? Give a header, or --columns time=${places.time + 1},${columns.join(',')},volume=${places.volume + 1}.`
  }
}

/** Orders that exchanges have instead of open, high, low, close; `places`: where each of these four is found then. */
const ORDERS = [
  { names: 'open, close, high, low', places: [0, 2, 3, 1] },
  { names: 'low, high, open, close', places: [2, 1, 0, 3] },
  { names: 'close, high, low, open', places: [3, 1, 2, 0] },
  { names: 'open, low, high, close', places: [0, 2, 1, 3] },
  { names: 'open, close, low, high', places: [0, 3, 2, 1] },
  { names: 'high, low, open, close', places: [2, 0, 1, 3] },
] as const
