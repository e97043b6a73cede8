// Sessions over a change of process: those that an earlier one left end or are taken up, and those of a market that another takes are let go.
import { ANY_PATTERN } from '../contract/pattern.ts'
import { marketKey, sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import type { CallStore } from './call-store.ts'
import type { CombinedSessions } from './combined/combined-sessions.ts'
import { LeftSessions, type Follow } from './left-sessions.ts'
import type { InferenceParts } from './parts.ts'
import type { Around, RunningSessions } from './running-sessions.ts'
import type { LeftSession } from './session-row.ts'

/** Which markets are meant. */
export type OfMarkets = (market: Market) => boolean

/** Why a session ends that does not go on with the next server. */
export const RESTARTED = 'server_restarted'

export interface HandoverParts {
  readonly parts: InferenceParts
  readonly around: Pick<Around, 'store' | 'outcomes'>
  readonly calls: CallStore
  readonly running: RunningSessions
  readonly combined: CombinedSessions
  /** Stores that a session has ended, and tells it. */
  readonly close: (id: string, reason: string) => Promise<unknown>
}

export class Handover {
  readonly #parts: HandoverParts
  /** Of an earlier server, to be taken up again. */
  readonly #left: LeftSessions
  /** Markets that another process answers. */
  readonly #away = new Map<string, Market>()

  constructor(parts: HandoverParts) {
    const { provider, clock, onFault } = parts.parts
    this.#parts = parts
    this.#left = new LeftSessions({
      provider,
      clock,
      answer: (session) => this.#goOn(session),
      end: async (id, reason) => void (await parts.close(id, reason)),
      onFault,
    })
  }

  /** Sessions that wait for their market, or to be answered. */
  get waiting(): Pick<LeftSessions, 'count' | 'on' | 'take' | 'stop'> {
    return this.#left
  }

  /** Whether another process answers the market. */
  isAway(market: Market): boolean {
    return this.#away.has(marketKey(market))
  }

  /** Ends those of an earlier process that do not go on, and follows all calls that are open. */
  async recover(answers: OfMarkets): Promise<void> {
    const { parts, around, calls } = this.#parts
    for (const [key, market] of this.#away) if (answers(market)) this.#away.delete(key)
    const isOver = ({ resumes }: LeftSession): boolean => !resumes || parts.sessions === 'end'
    await this.#end(answers, isOver, RESTARTED)
    for (const call of await calls.undecided()) if (answers(call.market)) around.outcomes.follow(call)
  }

  /** Those that an earlier process left on a market end: nobody can go on with them. */
  async endOn(market: Market, reason: string): Promise<void> {
    await this.#end(
      (each) => sameMarket(each, market),
      () => true,
      reason,
    )
  }

  /** Takes up those that an earlier server left running, under their ids. Resolves once those answer whose market is followed. */
  async resume(follow: Follow, answers: OfMarkets): Promise<void> {
    if (this.#parts.parts.sessions !== 'resume') return
    await this.#left.takeUp(await this.#leftOn(answers), follow)
  }

  /** Another process answers the market from now on. `starting`: what is being begun there, which is waited for. */
  async leave(market: Market, starting: () => Iterable<Promise<unknown>>): Promise<void> {
    const { around, combined, running } = this.#parts
    this.#away.set(marketKey(market), market)
    await Promise.allSettled(starting())
    for (const id of this.#left.on(market)) this.#left.take(id)
    around.outcomes.leave(market)
    for (const { id } of [...combined.list(market), ...running.list(market)]) await this.letGo(id)
  }

  /** As it stands, to whoever answers it next. */
  async letGo(id: string): Promise<void> {
    const { combined, running } = this.#parts
    await combined.halt(id)
    await running.get(id)?.stop()
    running.forget(id)
  }

  /** With the very checkpoint that it had, though it may say other thresholds of itself now. @throws AppError as starting it does */
  async #goOn(session: LeftSession): Promise<void> {
    const { parts, combined, running } = this.#parts
    const { id, model, market } = session
    // It may have been stopped meanwhile.
    const take = (): boolean => this.#left.take(id)
    if (session.checkpoint === ANY_PATTERN) return combined.goOn(session, take)
    const checkpoint = await parts.orchestrator.checkpoint(model, session.checkpoint)
    const ready = await running.ready(checkpoint, market)
    if (!take()) return ready.predictor.close()
    await running.goOn(session, ready)
  }

  async #end(of: OfMarkets, isOver: (session: LeftSession) => boolean, reason: string): Promise<void> {
    const over = (await this.#leftOn(of)).filter(isOver)
    for (const { id } of over.flatMap((each) => [...each.parts, each])) await this.#parts.close(id, reason)
  }

  /** Those that run by the database, and that this process does not answer. */
  async #leftOn(of: OfMarkets): Promise<LeftSession[]> {
    const { around, combined, running } = this.#parts
    const here = new Set([...combined.list(), ...running.list()].map(({ id }) => id))
    return (await around.store.left()).filter(({ id, market }) => of(market) && !here.has(id))
  }
}
