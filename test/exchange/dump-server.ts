// Binance's public dump files, made from the local exchange's own trades: zips with a .CHECKSUM each, in ms or µs, damaged on demand.
import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { zipSync } from 'fflate'
import { klines } from './binance-rest.ts'
import type { AggregateTrade } from './tape.ts'

const SPANS: Readonly<Record<string, number>> = {
  '1s': 1000,
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

export class DumpServer {
  /** Paths that were asked for, in order. */
  readonly requests: string[] = []
  /** So many of the next zips leave with a wrong byte. */
  damaged = 0
  /** Files whose name contains one of these are not published. */
  missing: string[] = []
  /** Spot dumps count in µs since 2025. */
  unit: 1 | 1000 = 1
  readonly #trades: readonly AggregateTrade[]
  readonly #server: Server

  constructor(trades: readonly AggregateTrade[]) {
    this.#trades = trades
    this.#server = createServer((request, response) => {
      const path = request.url ?? ''
      this.requests.push(path)
      const file = this.#file(path.replace(/\.CHECKSUM$/, ''))
      if (file === null) {
        response.writeHead(404).end()
        return
      }
      if (path.endsWith('.CHECKSUM')) {
        const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.CHECKSUM$/, '')
        response.end(`${createHash('sha256').update(file).digest('hex')}  ${name}\n`)
        return
      }
      const sent = Buffer.from(file)
      if (this.damaged > 0) {
        this.damaged -= 1
        sent[sent.length >> 1]! ^= 255
      }
      response.end(sent)
    })
  }

  async open(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** Null where there is none. */
  #file(path: string): Uint8Array | null {
    const found =
      /\/(monthly|daily)\/(klines|aggTrades)\/.*?([A-Z]+)-(\w+)-(\d{4}-\d{2}(?:-\d{2})?)\.zip$/.exec(path)
    if (found === null || this.missing.some((part) => path.includes(part))) return null
    const [, , kind, symbol, what, date] = found
    const from = Date.parse(date!.length === 7 ? `${date}-01` : date!)
    const next = new Date(from)
    const to =
      date!.length === 10 ? from + 86_400_000 : Date.UTC(next.getUTCFullYear(), next.getUTCMonth() + 1, 1)
    const rows = kind === 'klines' ? this.#klines(from, to, SPANS[what!]!) : this.#aggTrades(from, to)
    const text = rows.length === 0 ? '' : `${rows.join('\n')}\n`
    return zipSync(
      { [`${symbol}-${what}-${date}.csv`]: Buffer.from(text) },
      { mtime: '2025-01-01', level: 1 },
    )
  }

  #klines(from: number, to: number, span: number): string[] {
    return klines(this.#trades, from, to - span, span).map((row) =>
      row
        .map((value, index) => (index === 0 ? row[0] * this.unit : index === 6 ? row[6] * this.unit : value))
        .join(','),
    )
  }

  #aggTrades(from: number, to: number): string[] {
    return this.#trades
      .filter(({ time }) => time >= from && time < to)
      .map(({ id, price, amount, first, last, time, maker }) =>
        [id, price, amount, first, last, time * this.unit, maker, true]
          .map((value) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : value))
          .join(','),
      )
  }
}
