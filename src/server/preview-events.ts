// After each mark what the instant model makes of it, for pages that show it.
import { sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import type { App } from './app.ts'
import type { EventStream } from './event-stream.ts'

export class PreviewEvents {
  readonly #app: App
  readonly #events: EventStream
  /** Markets whose preview is to be told, the one that is being made first. */
  #due: Market[] = []

  constructor(app: App, events: EventStream) {
    this.#app = app
    this.#events = events
  }

  /** One preview at a time; marks that come meanwhile are taken together. */
  changed({ venue, symbol }: Market): void {
    if (!this.#events.isWanted('preview')) return
    const waiting = this.#due.slice(1)
    if (waiting.some((market) => sameMarket(market, { venue, symbol }))) return
    this.#due.push({ venue, symbol })
    if (this.#due.length === 1) void this.#tellAll()
  }

  async #tellAll(): Promise<void> {
    for (let market = this.#due[0]; market !== undefined; market = this.#due[0]) {
      await this.#tell(market)
      this.#due = this.#due.slice(1)
    }
  }

  async #tell(market: Market): Promise<void> {
    try {
      const payload = await this.#app.previews.get(market, market)
      this.#events.publish({ topic: 'preview', ...market, payload })
    } catch {
      // Who asks for it is told why.
    }
  }
}
