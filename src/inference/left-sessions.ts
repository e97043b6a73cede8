// Sessions that an earlier server left running: each is taken up again, or ends with the reason why it can not be.
import { isSimulated, sameMarket } from '../contract/market-name.ts'
import type { Clock } from '../core/clock.ts'
import { AppError } from '../core/errors.ts'
import { MINUTE, SECOND, epochMs, toIso } from '../core/time.ts'
import type { DataProvider } from '../market/provider.ts'
import type { Market } from '../market/types.ts'
import type { LeftSession } from './session-row.ts'

export interface LeftParts {
  readonly provider: DataProvider
  readonly clock: Clock
  /** Lets it answer again. @throws AppError where its checkpoint can not be used */
  readonly answer: (session: LeftSession) => Promise<void>
  /** Durable when it resolves. */
  readonly end: (id: string, reason: string) => Promise<void>
  readonly onFault: (id: string, error: unknown) => void
}

/** Follows a market that is not followed yet. @throws AppError */
export type Follow = (market: Market) => Promise<unknown>

/** An exchange that does not answer is asked again so much later. */
const AGAIN = 30 * SECOND
/** A clock that is behind the last second that was answered by more has been set back: nobody waits until it comes there. */
const BEHIND = MINUTE

export class LeftSessions {
  readonly #parts: LeftParts
  readonly #left = new Map<string, LeftSession>()
  readonly #abort = new AbortController()

  constructor(parts: LeftParts) {
    this.#parts = parts
  }

  get count(): number {
    return this.#left.size
  }

  /** Ids of those that wait for their market, or to be answered. */
  on(market: Market): string[] {
    return [...this.#left.values()].filter((each) => sameMarket(each.market, market)).map(({ id }) => id)
  }

  /** It waits no longer. False where it did not. */
  take(id: string): boolean {
    return this.#left.delete(id)
  }

  /** Resolves once those on followed markets answer, or have ended; markets that are not followed yet are, meanwhile and after. */
  async takeUp(sessions: readonly LeftSession[], follow: Follow): Promise<void> {
    const { provider } = this.#parts
    for (const session of sessions) this.#left.set(session.id, session)
    const here = sessions.filter(({ market }) => provider.statusOf(market) !== null)
    for (const session of sessions) if (!here.includes(session)) void this.#followFirst(session, follow)
    await Promise.all(here.map((session) => this.#takeUp(session)))
  }

  /** Those that still wait are left as they are. */
  stop(): void {
    this.#left.clear()
    this.#abort.abort(new Error('The server ends.'))
  }

  async #followFirst(session: LeftSession, follow: Follow): Promise<void> {
    const { clock } = this.#parts
    while (this.#left.has(session.id)) {
      try {
        if (isSimulated(session.market)) throw notSimulated(session.market)
        await follow(session.market)
        return await this.#takeUp(session)
      } catch (error) {
        if (!isUnreachable(error)) return this.#end(session, error)
        this.#parts.onFault(session.id, error)
        await clock.sleep(AGAIN, this.#abort.signal).catch(() => undefined)
      }
    }
  }

  async #takeUp(session: LeftSession): Promise<void> {
    try {
      requireTime(session, this.#parts.provider)
      await this.#parts.answer(session)
    } catch (error) {
      await this.#end(session, error)
    }
  }

  async #end({ id }: LeftSession, error: unknown): Promise<void> {
    if (!this.#left.has(id)) return
    this.#parts.onFault(id, error)
    try {
      await this.#parts.end(id, error instanceof AppError ? error.code : 'resume_failed')
      this.#left.delete(id)
    } catch (fault) {
      // It can still be stopped, and the next server tries again.
      this.#parts.onFault(id, fault)
    }
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'exchange_unreachable'
}

/** @throws AppError where the market's time is not now, or not yet what it was */
function requireTime({ market, memory, parts }: LeftSession, provider: DataProvider): void {
  const { kind, now } = provider.status(market)
  if (kind === 'replay')
    throw new AppError('replaying', 'This server replays: its time is not now, and the session was live.')
  const lasts = [memory, ...parts.map((part) => part.memory)].map((each) => each?.tracker.last ?? 0)
  const last = epochMs(Math.max(...lasts))
  if (now < last - BEHIND)
    throw new AppError(
      'clock_went_back',
      `The session answered ${toIso(last)}, and the clock says ${toIso(now)}: it was set back.`,
    )
}

function notSimulated({ venue, symbol }: Market): AppError {
  return new AppError('market_not_live', `${symbol} of ${venue} is not what this server simulates.`)
}
