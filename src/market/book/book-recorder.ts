// Records the order book of one moving market, second by second, and fills in the past of a market that knows its own.
import { setTimeout as delay } from 'node:timers/promises'
import { patiently } from '../../core/busy.ts'
import { Turns } from '../../core/turns.ts'
import { DAY, floorTo, MINUTE, SECOND, type EpochMs } from '../../core/time.ts'
import { missingFrom, rangeOf } from '../ranges.ts'
import type { GroupCommit } from '../streams/group-commit.ts'
import type { Market, TimeRange } from '../types.ts'
import type { BookStore } from './book-store.ts'
import type { TopSnapshot } from './top-snapshot.ts'

/** How far back the past is filled in, how much at once, and the pause between: a second that is being answered must not wait for it. */
const REACH = 2 * DAY
const FIRST_PART = 10 * MINUTE
const PART = MINUTE
const PAUSE = 50

export interface BookRecorderOptions {
  readonly store: BookStore
  readonly market: Market
  /** Of all markets that move: what comes of several at one moment is stored in one transaction. Without it each is stored by itself. */
  readonly commits?: GroupCommit
  /** Of all markets that move: their pasts are filled in by turns, so that many cost no more at a time than one. */
  readonly pasts?: Turns
  /** Told of what could not be stored; those seconds are missing then. */
  readonly onFault?: ((error: unknown) => void) | undefined
}

/** The snapshots of seconds S with from ≤ S < to, as far as a source knows them. */
export type PastBooks = (range: TimeRange) => readonly TopSnapshot[]

export class BookRecorder {
  readonly counts = { recorded: 0, late: 0 }
  readonly #options: BookRecorderOptions

  constructor(options: BookRecorderOptions) {
    this.#options = options
  }

  /**
   * Stores a snapshot unless its second is decided by then (`decided`: the last one that is). A signal of that second was made without it,
   * and what is read as of then must stay what the signal saw: the second stays missing, and is counted.
   */
  async take(snapshot: TopSnapshot, decided: () => EpochMs): Promise<void> {
    const isLate = (): boolean => snapshot.time <= decided()
    const stored = await this.#store(() => (isLate() ? [] : [snapshot]))
    if (stored === 1) this.counts.recorded += 1
    else if (isLate()) this.counts.late += 1
  }

  /** Fills the two days up to and including second `until`, newest first: ten minutes at once, the rest in the background. */
  async fill(past: PastBooks, until: EpochMs, signal: AbortSignal): Promise<void> {
    const { store, market, pasts = new Turns() } = this.#options
    const wanted = rangeOf(floorTo(until - REACH, MINUTE), until + SECOND)
    const [first, ...others] = partsOf(missingFrom(store.recorded(market), wanted))
    const fill = async (part: TimeRange): Promise<boolean> => {
      if (signal.aborted) return false
      const known = past(part)
      const isStored = (await this.#store(() => known)) !== null
      if (isStored) await delay(PAUSE, undefined, { signal, ref: false })
      return isStored
    }
    try {
      // What a model needs now waits for no other market's past.
      if (first === undefined || !(await fill(first))) return
      for (const part of others) if (!(await pasts.run('', () => fill(part)))) return
    } catch (error) {
      if (!signal.aborted) this.#options.onFault?.(error)
    }
  }

  /** Stores what of a short range is missing, at once: somebody needs it now. */
  async recall(past: PastBooks, range: TimeRange): Promise<void> {
    const { store, market } = this.#options
    for (const part of missingFrom(store.recorded(market), range)) {
      const known = past(part)
      await this.#store(() => known)
    }
  }

  /** How many there were to store, as of when it could be done; null where it failed. */
  async #store(snapshots: () => readonly TopSnapshot[]): Promise<number | null> {
    const { store, market, commits, onFault } = this.#options
    const append = (): number => {
      const now = snapshots()
      store.append(market, now)
      return now.length
    }
    try {
      if (commits === undefined) return await patiently(append)
      return await commits.run(() => ({ result: append(), settle: () => undefined }))
    } catch (error) {
      onFault?.(error)
      return null
    }
  }
}

/** Newest first; all but the last of a stretch begin at whole minutes. */
function* partsOf(stretches: readonly TimeRange[]): Generator<TimeRange> {
  let size = FIRST_PART
  for (const { from, to } of stretches.toReversed()) {
    for (let end: number = to; end > from; size = PART) {
      const start = Math.max(from, floorTo(end - size, MINUTE))
      yield rangeOf(start, end)
      end = start
    }
  }
}
