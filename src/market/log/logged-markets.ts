// All markets of one server's file: brought up to their logs when it starts, owned from then on, and appended to soon after they were written.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { Market } from '../types.ts'
import type { LoggedFile } from './logged-file.ts'
import { ownMarket, type MarketOwner } from './market-owner.ts'
import { orAnew } from './start-anew.ts'

/** So long after it was written a row lies here alone, at most, and the time an append takes. */
const EVERY_MS = 200
const AFTER_FAILURE_MS = 1_000
/** That what is left at the end is given, of the two seconds in which a server ends. */
const PATIENCE_MS = 700
/** Another wrote the market since: nothing of this file goes into its log any more. */
const TAKEN_OVER = /^market_(not_owned|log_ahead|differs)$/

export interface LoggedMarketsParts {
  readonly file: LoggedFile
  /** Told once of each thing that keeps rows from the log; they stay noted and are tried again. */
  readonly onFault: (error: unknown) => void
  /** Told after something went into the logs. */
  readonly onAppended?: () => void
  /** Another server has taken a market over. What was written since stands in this file alone; nothing is appended any more. */
  readonly onLost: (error: AppError) => void
}

/** For the only server that writes: that it is that one is for its caller to know. */
export class LoggedMarkets {
  readonly #parts: LoggedMarketsParts
  readonly #owners = new Map<number, MarketOwner>()
  readonly #abort = new AbortController()
  readonly #all
  #running: Promise<void> = Promise.resolve()
  #trouble: string | null = null

  constructor(parts: LoggedMarketsParts) {
    this.#parts = parts
    const { sqlite } = parts.file.store
    this.#all = sqlite.prepare('SELECT id, venue, symbol FROM market')
  }

  /** What keeps rows from the log now, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#trouble
  }

  /**
   * Takes every market that has a log, brings the file up to it, and what the file alone had before into it. Answers what a user should know, in words.
   * @throws AppError 409 `market_differs` where imports of this file would be lost; as `CopyingPostgres`
   */
  async takeOver(): Promise<string[]> {
    const said: string[] = []
    for (const market of await this.#parts.file.log.markets()) said.push(...(await this.#take(market)))
    await this.#append()
    return said
  }

  /** Rows go into the log from now on. */
  start(): void {
    this.#running = this.#run()
  }

  /** Resolves when what was written is in the log, or `giveUp` was called; what is not is for the next start. The file is not asked any more. */
  async stop(giveUp: () => void): Promise<void> {
    this.#abort.abort()
    const timer = setTimeout(giveUp, PATIENCE_MS)
    await this.#running
    if (this.#trouble === null) await this.#round()
    clearTimeout(timer)
  }

  async #take(market: Market): Promise<string[]> {
    const { file } = this.#parts
    const { value: owner, said } = await orAnew(file, market, () => ownMarket(file, market))
    this.#owners.set(file.store.find(market) ?? 0, owner)
    return said
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort
    while (!signal.aborted) {
      const isWell = await this.#round()
      await sleep(isWell ? EVERY_MS : AFTER_FAILURE_MS, undefined, { signal, ref: false }).catch(
        () => undefined,
      )
    }
  }

  /** False where something is in the way. */
  async #round(): Promise<boolean> {
    try {
      await this.#append()
      this.#trouble = null
      return true
    } catch (error) {
      this.#failed(error)
      return false
    }
  }

  async #append(): Promise<void> {
    for (const { id, venue, symbol } of this.#all.all() as (Market & { id: number })[]) {
      if (this.#parts.file.outbox.isEmpty(id)) continue
      await (await this.#ownerOf(id, { venue, symbol })).flush()
      this.#parts.onAppended?.()
    }
  }

  /** One that is new is taken when something of it was written. */
  async #ownerOf(id: number, market: Market): Promise<MarketOwner> {
    const known = this.#owners.get(id)
    if (known !== undefined) return known
    const owner = await ownMarket(this.#parts.file, market)
    this.#owners.set(id, owner)
    return owner
  }

  #failed(error: unknown): void {
    const isLost = error instanceof AppError && TAKEN_OVER.test(error.code)
    const words = error instanceof AppError ? `${error.code}: ${error.message}` : String(error)
    const isEnding = this.#abort.signal.aborted
    if (this.#trouble !== words && !isEnding) this.#parts.onFault(error)
    this.#trouble = words
    if (!isLost || isEnding) return
    this.#abort.abort()
    this.#parts.onLost(error)
  }
}
