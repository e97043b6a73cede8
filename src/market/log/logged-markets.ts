// The markets that one server stores: each taken, its file brought up to the log, appended to soon after something was written, and let go of again.
import { marketKey } from '../../contract/market-name.ts'
import { AppError } from '../../core/errors.ts'
import { Rounds } from '../../core/rounds.ts'
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
  /** Whether this server stores a market that it was not told to take, once something of it was written here. */
  readonly takesNew: (market: Market) => boolean
  /** Told once of each thing that keeps rows from the log; they stay noted and are tried again. */
  readonly onFault: (error: unknown) => void
  /** Told after something went into the logs. */
  readonly onAppended?: () => void
  /** Another server has taken the market over: what was written of it since stands in this file alone, nothing is appended any more. */
  readonly onLost: (market: Market, error: AppError) => void
}

/** For the one server that writes these markets: that it is that one is for its caller to know. */
export class LoggedMarkets {
  readonly #parts: LoggedMarketsParts
  readonly #owners = new Map<string, MarketOwner>()
  readonly #rounds: Rounds
  readonly #all

  constructor(parts: LoggedMarketsParts) {
    this.#parts = parts
    const { sqlite } = parts.file.store
    this.#all = sqlite.prepare('SELECT id, venue, symbol FROM market')
    this.#rounds = new Rounds({
      round: () => this.append(),
      every: EVERY_MS,
      afterFailure: AFTER_FAILURE_MS,
      onFault: parts.onFault,
    })
  }

  /** What keeps rows from the log now, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#rounds.trouble
  }

  has(market: Market): boolean {
    return this.#owners.has(marketKey(market))
  }

  /**
   * Takes a market, brings the file up to its log, and what the file alone had before into it. Answers what a user should know, in words.
   * @throws AppError 409 `market_differs` where imports of this file would be lost; as `CopyingPostgres`
   */
  take(market: Market): Promise<string[]> {
    const { file } = this.#parts
    return file.alone(market, async () => {
      const { value: owner, said } = await orAnew(file, market, () => ownMarket(file, market))
      this.#owners.set(marketKey(market), owner)
      await owner.flush()
      return said
    })
  }

  /** What was written of it is in the log when it resolves. @throws AppError as `MarketOwner.flush` */
  flush(market: Market): Promise<unknown> {
    return this.#parts.file.alone(market, () => this.#flush(market))
  }

  /** Another may take it: all that was written of it is in the log when it resolves, where PostgreSQL lets it. */
  letGo(market: Market): Promise<void> {
    return this.#parts.file.alone(market, async () => {
      const owner = this.#owners.get(marketKey(market))
      this.#owners.delete(marketKey(market))
      await owner?.flush()
    })
  }

  /** Another has it: what is not in the log never will be. */
  lose(market: Market): void {
    this.#owners.delete(marketKey(market))
  }

  /** Rows go into the log from now on. */
  start(): void {
    this.#rounds.start()
  }

  /** Resolves when what was written is in the log, or `giveUp` was called; what is not is for the next start. The file is not asked any more. */
  async stop(giveUp: () => void): Promise<void> {
    const timer = setTimeout(giveUp, PATIENCE_MS)
    await this.#rounds.stop()
    if (this.trouble === null) await this.append().catch(() => undefined)
    clearTimeout(timer)
  }

  /** What was written of all its markets. One that cannot be appended to keeps no other from it. @throws AppError as `flush` */
  async append(): Promise<void> {
    const { file, onAppended } = this.#parts
    let fault: Error | null = null
    for (const { id, ...market } of this.#all.all() as (Market & { id: number })[]) {
      if (file.outbox.isEmpty(id)) continue
      try {
        if (await file.alone(market, () => this.#flush(market))) onAppended?.()
      } catch (error) {
        this.#failed(market, error)
        fault ??= error as Error
      }
    }
    if (fault !== null) throw fault
  }

  /** False where it is another's. One that is new is taken when something of it was written. */
  async #flush(market: Market): Promise<boolean> {
    const { file, takesNew } = this.#parts
    const key = marketKey(market)
    if (!this.#owners.has(key)) {
      if (!takesNew(market)) return false
      this.#owners.set(key, await ownMarket(file, market))
    }
    await this.#owners.get(key)?.flush()
    return true
  }

  #failed(market: Market, error: unknown): void {
    const isLost = error instanceof AppError && TAKEN_OVER.test(error.code)
    if (isLost && this.has(market) && !this.#rounds.isOver) this.#parts.onLost(market, error)
  }
}
