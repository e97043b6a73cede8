// The one machine that writes a market: what it stored goes into the log, in order, once, and no more once another has taken over.
import type { Market } from '../types.ts'
import { ImportNumbers } from './import-numbers.ts'
import type { LoggedFile } from './logged-file.ts'
import { packed } from './payload.ts'
import type { Place } from './places.ts'
import type { NewEntry, Ownership } from './shared-log.ts'

/** Of one append: what is held up where it fails, and what the file drops at once afterwards. */
const ENTRIES_AN_APPEND = 16

/**
 * Takes the market: whoever had it is refused from now on. Whether it may be taken is for the caller to know.
 * @throws AppError 409 `market_differs`: see `LoggedFile.catchUp`
 */
export async function ownMarket(file: LoggedFile, market: Market): Promise<MarketOwner> {
  const owned = await file.log.own(market)
  await file.catchUp(market)
  const id = await file.store.write(() => {
    const number = file.store.open(market)
    file.places.hold(number, owned.token)
    return number
  })
  return new MarketOwner(file, owned, id)
}

export class MarketOwner {
  readonly #file: LoggedFile
  readonly #owned: Ownership
  readonly #id: number
  readonly #numbers: ImportNumbers
  #turn: Promise<unknown> = Promise.resolve()
  /** After a failure nobody knows whether it was appended. */
  #isUnsure = false

  constructor(file: LoggedFile, owned: Ownership, id: number) {
    this.#file = file
    this.#owned = owned
    this.#id = id
    this.#numbers = new ImportNumbers(file.store.sqlite, id)
  }

  /**
   * Appends what the log lacks; calls take turns. Up to where the file holds the log then. Where it fails, the next call goes on with what was not appended.
   * @throws AppError 409 `market_not_owned`; as `CopyingPostgres.transaction`
   */
  flush(): Promise<Place> {
    const flushed = this.#turn.then(() => this.#flush())
    this.#turn = flushed.catch(() => undefined)
    return flushed
  }

  async #flush(): Promise<Place> {
    const { outbox, places } = this.#file
    if (this.#isUnsure) await this.#file.catchUp(this.#owned.market)
    this.#isUnsure = true
    while (!outbox.isEmpty(this.#id)) await this.#append(places.of(this.#id))
    this.#isUnsure = false
    return places.of(this.#id)
  }

  async #append(from: Place): Promise<void> {
    const { log, outbox, places, store } = this.#file
    const reached = { seq: 0 }
    const position = await log.append(this.#owned, from, this.#entries(reached))
    await store.write(() => {
      outbox.settle(this.#id, reached.seq)
      places.move(this.#id, position)
    })
  }

  /** Each made when the one before it is on its way: no more than one is in memory. */
  async *#entries(reached: { seq: number }): AsyncGenerator<NewEntry> {
    const { outbox } = this.#file
    for (let count = 0; count < ENTRIES_AN_APPEND; count += 1) {
      const batch = outbox.batch(this.#id, reached.seq)
      if (batch === null) return
      this.#numbers.look()
      const operations = batch.operations.map((operation) => this.#numbers.toLog(operation))
      reached.seq = batch.through
      yield { seq: batch.through, operations: operations.length, data: await packed(operations) }
    }
  }
}
