// Decides what of a venue's messages may go into the book: buffer, join snapshot and diffs, check the chain, ask for a new snapshot on a break.
import type { EpochMs } from '../../core/time.ts'
import type { BookDiff, BookMessage, BookSnapshot } from './message.ts'

/** How one exchange numbers its diffs. Everything else about keeping a book in step is the same everywhere. */
export interface SequenceRule {
  readonly name: string
  /** The snapshot holds all of this diff: drop it. */
  isBefore(diff: BookDiff, snapshotId: number): boolean
  /** This diff may be the first one on top of the snapshot. */
  joins(diff: BookDiff, snapshotId: number): boolean
  /** This diff comes right after the one that ended with `previousId`. */
  follows(diff: BookDiff, previousId: number): boolean
}

export type ResyncReason =
  /** A diff is missing, or came out of order. */
  | 'gap'
  /** The snapshot ends before the first diff we have begins: fetch another. */
  | 'snapshot_too_old'
  /** A later diff has an older number: the venue began to count anew. */
  | 'ids_went_back'
  /** Diffs go on, but none that joins the snapshot. */
  | 'never_joined'
  /** Best bid at or above best ask. */
  | 'crossed'
  /** The price moved so far that the snapshot's end is too near. */
  | 'depth_exhausted'
  /** The connection broke, or whoever holds the book said so. */
  | 'reset'

export interface Resync {
  readonly kind: 'resync'
  readonly reason: ResyncReason
  /** What was expected and what came. */
  readonly message: string
}

export type SyncOutcome =
  /** Apply these in order; a snapshot comes first where the book begins anew. `dropped` diffs were in the snapshot already. */
  | { readonly kind: 'apply'; readonly messages: readonly BookMessage[]; readonly dropped: number }
  /** Kept until a snapshot comes. */
  | { readonly kind: 'buffered' }
  | { readonly kind: 'ignored'; readonly reason: 'before_snapshot' | 'duplicate' | 'old_snapshot' }
  /** The book is not to be trusted from here on: get a snapshot and feed it. Diffs are kept meanwhile. */
  | Resync

/** Feed it everything in order of arrival. Either the book follows the venue's exactly, or it says `resync`. */
export interface BookSynchronizer {
  /** True while applying what it says yields the venue's book. */
  readonly inStep: boolean
  feed(message: BookMessage): SyncOutcome
  /** Starts again: everything known is forgotten but diffs that come from now on. */
  reset(): void
}

/** Diffs kept while no snapshot has come; the oldest go first. */
const BUFFER = 10_000
/** How long diffs may come that are older than the snapshot, by arrival. */
const JOIN_LIMIT = 10_000

/** The last thing that went into the book. */
interface Place {
  readonly id: number
  readonly eventTime: EpochMs | null
  /** The snapshot, while no diff has joined it. */
  readonly snapshot: BookSnapshot | null
}

export function createSynchronizer(rule: SequenceRule): BookSynchronizer {
  return new RuleSynchronizer(rule)
}

class RuleSynchronizer implements BookSynchronizer {
  readonly #rule: SequenceRule
  #buffer: BookDiff[] = []
  #place: Place | null = null

  constructor(rule: SequenceRule) {
    this.#rule = rule
  }

  get inStep(): boolean {
    return this.#place !== null
  }

  reset(): void {
    this.#buffer = []
    this.#place = null
  }

  feed(message: BookMessage): SyncOutcome {
    if (message.kind === 'snapshot') return this.#snapshot(message)
    if (this.#place === null) return this.#keep(message)
    const verdict = this.#judge(message, this.#place)
    if (verdict === 'apply') {
      this.#place = placeAfter(message)
      return { kind: 'apply', messages: [message], dropped: 0 }
    }
    if (verdict === 'before_snapshot' || verdict === 'duplicate') return { kind: 'ignored', reason: verdict }
    return this.#break(verdict, [message])
  }

  #keep(diff: BookDiff): SyncOutcome {
    if (this.#buffer.length >= BUFFER) this.#buffer = this.#buffer.slice(BUFFER / 2)
    this.#buffer.push(diff)
    return { kind: 'buffered' }
  }

  #snapshot(snapshot: BookSnapshot): SyncOutcome {
    if (this.#place !== null && snapshot.lastUpdateId <= this.#place.id) {
      return { kind: 'ignored', reason: 'old_snapshot' }
    }
    const messages: BookMessage[] = [snapshot]
    let place: Place = { id: snapshot.lastUpdateId, eventTime: snapshot.eventTime, snapshot }
    for (const [index, diff] of this.#buffer.entries()) {
      const verdict = this.#judge(diff, place)
      if (verdict === 'apply') {
        messages.push(diff)
        place = placeAfter(diff)
      } else if (verdict !== 'before_snapshot' && verdict !== 'duplicate') {
        return this.#break(verdict, this.#buffer.slice(index))
      }
    }
    const dropped = this.#buffer.length - (messages.length - 1)
    this.#buffer = []
    this.#place = place
    return { kind: 'apply', messages, dropped }
  }

  #judge(diff: BookDiff, place: Place): 'apply' | 'before_snapshot' | 'duplicate' | Resync {
    if (place.snapshot !== null) return this.#judgeFirst(diff, place.snapshot)
    if (this.#rule.follows(diff, place.id)) return 'apply'
    if (diff.lastUpdateId > place.id) {
      return resync('gap', `After update ${place.id} came ${named(diff)}: a message is missing or late.`)
    }
    if (place.eventTime === null || diff.eventTime <= place.eventTime) return 'duplicate'
    const older = `${named(diff)} is later by time than update ${place.id} but has an older number.`
    return resync('ids_went_back', older)
  }

  #judgeFirst(diff: BookDiff, snapshot: BookSnapshot): 'apply' | 'before_snapshot' | Resync {
    const { lastUpdateId } = snapshot
    if (this.#rule.isBefore(diff, lastUpdateId)) {
      if (diff.arrivedAt - snapshot.arrivedAt <= JOIN_LIMIT) return 'before_snapshot'
      const waited = diff.arrivedAt - snapshot.arrivedAt
      return resync('never_joined', `${waited} ms after snapshot ${lastUpdateId} came ${named(diff)}.`)
    }
    if (this.#rule.joins(diff, lastUpdateId)) return 'apply'
    return resync('snapshot_too_old', `Snapshot ${lastUpdateId} does not reach ${named(diff)}.`)
  }

  #break(outcome: Resync, keep: BookDiff[]): Resync {
    this.#place = null
    this.#buffer = keep
    return outcome
  }
}

function placeAfter(diff: BookDiff): Place {
  return { id: diff.lastUpdateId, eventTime: diff.eventTime, snapshot: null }
}

function named({ firstUpdateId, lastUpdateId, previousUpdateId }: BookDiff): string {
  const previous = previousUpdateId === null ? '' : ` (after ${previousUpdateId})`
  return `diff ${firstUpdateId}–${lastUpdateId}${previous}`
}

function resync(reason: ResyncReason, message: string): Resync {
  return { kind: 'resync', reason, message }
}
