// Sessions of all patterns: begun with what is promoted for each, gone on with, and moved to what is promoted meanwhile.
import { randomUUID } from 'node:crypto'
import type { SessionBody, SessionOut } from '../../contract/inference.ts'
import { ANY_PATTERN } from '../../contract/pattern.ts'
import type { PatternOut } from '../../contract/training.ts'
import { epochMs, type EpochMs } from '../../core/time.ts'
import type { Market } from '../../market/types.ts'
import type { Whole } from '../answer.ts'
import { gapAfter } from '../gaps.ts'
import { onMarket } from '../on-market.ts'
import type { InferenceParts } from '../parts.ts'
import type { Around, Ready, RunningSessions } from '../running-sessions.ts'
import type { LeftSession } from '../session-row.ts'
import { promotedWarning, warningsOf } from '../session-warnings.ts'
import { CombinedSession, type CombinedParts } from './combined-session.ts'
import {
  absentWords,
  codeOf,
  firstFault,
  openPatterns,
  promotedOf,
  type Opened,
  type PatternVersion,
} from './open-patterns.ts'
import { modelAlone, nonePromoted } from './refusals.ts'

/** Why a part ends whose pattern goes by another checkpoint. */
const REPLACED = 'another_promoted'
/** Signals that are looked through for what was told of late: of as many seconds as a call lasts at most. */
const RECENT = 60

/** One that runs. */
interface Running {
  readonly model: string
  readonly market: Market
  readonly session: CombinedSession
  readonly whole: Whole
  /** By pattern: the session that answers for it. */
  readonly parts: Map<string, Readonly<{ session: string; version: string }>>
  /** By pattern: the version that is to answer from the next second on, at the latest once it is open. */
  readonly wanted: Map<string, string>
  /** Open, and not yet begun with. */
  readonly waiting: Set<Ready>
}

export interface CombinedNeeds {
  readonly parts: InferenceParts
  readonly around: Around
  readonly sessions: RunningSessions
  /** Ends a session, with its parts where it has some; durable when it resolves. */
  readonly end: (id: string, reason: string) => Promise<unknown>
}

export class CombinedSessions {
  readonly #needs: CombinedNeeds
  readonly #running = new Map<string, Running>()

  constructor(needs: CombinedNeeds) {
    this.#needs = needs
  }

  /** Those of one market, or of all. */
  list(on?: Market): { id: string; market: Market }[] {
    return onMarket(this.#running, on)
  }

  /**
   * One that answers for every pattern of the model of which a checkpoint is promoted. A checkpoint that can not be opened is named in its warnings.
   * @throws AppError `unknown_model`, `two_checkpoints`, `no_checkpoint` where none is promoted, what opening them throws where none can be opened
   */
  async start(body: SessionBody, market: Market): Promise<SessionOut> {
    const { parts, around, sessions } = this.#needs
    const model = modelAlone(body)
    const wanted = promotedOf((await parts.orchestrator.model(model)).patterns)
    if (wanted.length === 0) throw nonePromoted(model)
    sessions.load.admit(sessions.size + wanted.length)
    const { ready, absent } = await this.#open(model, wanted, market)
    if (ready.length === 0) throw firstFault(absent, model)
    const id = randomUUID()
    const warnings = ready.flatMap((each) => warningsOf(each.ready.checkpoint, market))
    await around.store.open({
      ...this.#rowOf(id, model, market),
      warnings: [...warnings, ...absent.map(absentWords)],
    })
    const running = this.#add(id, model, market, { last: null, told: new Map() }, wanted)
    try {
      for (const each of ready) await this.#begin(running, each.of.pattern, each.ready)
    } catch (error) {
      await this.#needs.end(id, 'start_failed')
      throw error
    }
    running.session.listen()
    return around.announcer.tellSession(id)
  }

  /**
   * One that another process left, with the versions that it had; those that are promoted by now follow at a second that it names.
   * @param take whether it is still to be gone on with, once its checkpoints are open
   * @throws AppError what opening its checkpoints throws, where none can be opened
   */
  async goOn(left: LeftSession, take: () => boolean): Promise<void> {
    const { parts, around, sessions, end } = this.#needs
    const { id, model, market } = left
    const versions = left.parts.map((part) => ({
      part,
      pattern: part.pattern ?? '',
      version: part.checkpoint,
    }))
    const { ready, absent } = await this.#open(model, versions, market)
    for (const { of, error } of absent) await end(of.part.id, codeOf(error))
    if (ready.length === 0) throw firstFault(absent, model)
    if (!take()) return void (await Promise.all(ready.map((each) => each.ready.predictor.close())))
    for (const each of absent) await around.store.warn(id, absentWords(each))
    const running = this.#add(id, model, market, await this.#before(id), versions)
    for (const { of, ready: own } of ready) {
      running.parts.set(of.pattern, { session: of.part.id, version: of.version })
      await sessions.goOn(of.part, own, running.whole)
    }
    running.session.listen()
    await around.announcer.tellSession(id)
    this.promoted(model, (await parts.orchestrator.model(model)).patterns)
  }

  /** What goes live of a model's patterns now: sessions that go by another checkpoint take it at a second that they name, once it is open. */
  promoted(model: string, patterns: readonly PatternOut[]): void {
    for (const [id, running] of this.#running) {
      if (running.model !== model) continue
      for (const { pattern, version } of promotedOf(patterns)) {
        if (running.wanted.get(pattern) === version) continue
        running.wanted.set(pattern, version)
        void this.#follow(id, running, { pattern, version }).catch((error: unknown) =>
          this.#needs.parts.onFault(id, error),
        )
      }
    }
  }

  /** Resolves when the second being answered is done; its parts are as they were. */
  async halt(id: string): Promise<void> {
    const running = this.#running.get(id)
    this.#running.delete(id)
    await running?.session.stop()
    for (const { predictor } of running?.waiting ?? []) await predictor.close()
  }

  async #follow(id: string, running: Running, wanted: PatternVersion): Promise<void> {
    const { around, parts } = this.#needs
    const { ready, absent } = await this.#open(running.model, [wanted], running.market)
    for (const each of absent) {
      parts.onFault(id, each.error)
      await around.store.warn(id, absentWords(each))
      await around.announcer.tellSession(id)
    }
    for (const each of ready) {
      if (this.#running.get(id) !== running) return each.ready.predictor.close()
      running.waiting.add(each.ready)
      running.session.changeNext((second) => this.#take(id, running, each, second))
    }
  }

  /** At the beginning of `second`, before any part is asked of it. */
  async #take(
    id: string,
    running: Running,
    { of: { pattern, version }, ready }: Opened<PatternVersion, Ready>['ready'][number],
    second: EpochMs,
  ): Promise<void> {
    const { around, end } = this.#needs
    running.waiting.delete(ready)
    const before = running.parts.get(pattern)
    // Another was promoted while this one was opened, or the one that answers again.
    if (running.wanted.get(pattern) !== version || before?.version === version) return ready.predictor.close()
    if (before !== undefined) await end(before.session, REPLACED)
    await this.#begin(running, pattern, ready)
    await around.store.warn(id, promotedWarning(pattern, second, version, before?.version ?? null))
    await around.announcer.tellSession(id)
  }

  async #begin({ whole, parts }: Running, pattern: string, ready: Ready): Promise<void> {
    const { id } = await this.#needs.sessions.begin(ready, whole)
    parts.set(pattern, { session: id, version: ready.checkpoint.version })
  }

  #open<V extends PatternVersion>(model: string, versions: readonly V[], market: Market) {
    const { parts, sessions } = this.#needs
    return openPatterns(versions, async ({ version }) =>
      sessions.ready(await parts.orchestrator.checkpoint(model, version), market),
    )
  }

  #add(
    id: string,
    model: string,
    market: Market,
    before: CombinedParts['before'],
    versions: readonly PatternVersion[],
  ): Running {
    const session = new CombinedSession(this.#partsOf(id, market, before))
    const whole: Whole = {
      id,
      seconds: session.seconds,
      hear: (signal, calls) => session.hear(signal, calls),
    }
    const running = {
      model,
      market,
      session,
      whole,
      parts: new Map(),
      wanted: new Map(versions.map(({ pattern, version }) => [pattern, version])),
      waiting: new Set<Ready>(),
    }
    this.#running.set(id, running)
    return running
  }

  #partsOf(id: string, market: Market, before: CombinedParts['before']): CombinedParts {
    const { parts, around } = this.#needs
    const { store, announcer } = around
    /** The last second of the process before, until the gap after it is stored. */
    let last = before.last
    return {
      market,
      before,
      provider: parts.provider,
      stopwatch: parts.stopwatch,
      emit: async ({ signal, callId, missed }) => {
        const gap = gapAfter(last, signal.timestamp)
        const added = await store.add({ id, market }, signal, { missed, gap, callId })
        last = null
        parts.bus.emit('signal', added.signal)
        if (gap !== null) await announcer.tellSession(id)
      },
      onCall: async (call) => void (await announcer.tellCall(call)),
      onFault: (error) => parts.onFault(id, error),
    }
  }

  /** Of the process before, as it is stored. */
  async #before(session: string): Promise<CombinedParts['before']> {
    const signals = await this.#needs.around.store.signals({ session, limit: RECENT })
    const at = (timestamp: string): EpochMs => epochMs(Date.parse(timestamp))
    const told = signals.flatMap(({ call_id: id, timestamp }) =>
      id === null ? [] : [[id, at(timestamp)] as const],
    )
    const [newest] = signals
    return { last: newest === undefined ? null : at(newest.timestamp), told: new Map(told) }
  }

  #rowOf(id: string, model: string, market: Market) {
    const { parts, sessions } = this.#needs
    return {
      id,
      model,
      checkpoint: ANY_PATTERN,
      market,
      confidenceN: 0,
      pattern: null,
      barriers: null,
      unlikePast: null,
      startedAt: parts.clock.now(),
      resumes: sessions.resumes(market),
      partOf: null,
    }
  }
}
