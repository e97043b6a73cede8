// The file of a machine beside those that store: brought up to the log of every market that another stores, and kept there as these grow.
import { Rounds } from '../../core/rounds.ts'
import type { Market } from '../types.ts'
import { differs, type LoggedFile } from './logged-file.ts'
import { orAnew } from './start-anew.ts'

/** Where nobody says that there is something new. */
const EVERY_MS = 1_000

export interface LogFollowerParts {
  readonly file: LoggedFile
  /** Whether this server stores the market itself. */
  readonly isOwn: (market: Market) => boolean
  /** The file holds more of its log now. */
  readonly onMoved: (market: Market) => void | Promise<void>
  /** Told once of each thing that keeps the file from following; it is tried again. */
  readonly onFault: (error: unknown) => void
}

export class LogFollower {
  readonly #parts: LogFollowerParts
  readonly #rounds: Rounds

  constructor(parts: LogFollowerParts) {
    this.#parts = parts
    this.#rounds = new Rounds({ round: () => this.catchUp(), every: EVERY_MS, onFault: parts.onFault })
  }

  /** What keeps the file from following, in words; null where nothing does. */
  get trouble(): string | null {
    return this.#rounds.trouble
  }

  /**
   * Brings the file up to what the logs are now. Answers what a user should know, in words.
   * @throws AppError 409 `market_differs` where imports of this file would be lost; as `LoggedFile.catchUp`
   */
  async catchUp(): Promise<string[]> {
    const said: string[] = []
    const { file } = this.#parts
    for (const { number, ...market } of await file.log.heads())
      said.push(...(await file.alone(market, () => this.#follow(market, number))))
    return said
  }

  start(): void {
    this.#rounds.start()
  }

  /** There is something new, somebody says. */
  wake(): void {
    this.#rounds.wake()
  }

  /** Resolves when the file is no longer written to. */
  async stop(): Promise<void> {
    await this.#rounds.stop()
  }

  async #follow(market: Market, head: number): Promise<string[]> {
    const { file, isOwn, onMoved } = this.#parts
    if (isOwn(market)) return []
    const known = file.store.find(market)
    const isBehind = known === null || file.places.of(known).number !== head
    if (known !== null && !isBehind && file.outbox.isEmpty(known)) return []
    const { said } = await orAnew(file, market, () => this.#catchUp(market))
    await onMoved(market)
    return said
  }

  /** What this file alone has is behind the log's back: the log is another's to write. */
  async #catchUp(market: Market): Promise<void> {
    const { file } = this.#parts
    await file.catchUp(market)
    const id = file.store.find(market)
    if (id !== null && !file.outbox.isEmpty(id)) throw differs(market)
  }
}
