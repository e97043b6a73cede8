// While a worker does a job: says that it still has it, passes on what is new, keeps how far it has come, and hears that it is not wanted any more.
import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Held } from './attempts.ts'
import type { Claims } from './claims.ts'
import { BEAT_MS } from './open-queue.ts'
import { patiently } from './patiently.ts'

/** How far a job has come goes to the database that often at most … */
const PIECE_MS = 10_000
/** … and less often, where that would take more than this share of the time. */
const PIECE_SHARE = 0.05
/** What is being done when the worker is to stop is saved within that time, or goes on from what was saved last. */
const STOP_MS = 1_000

export const LOST = 'given up: another has it by now, or nobody wants it any more'

/** Another has the job by now, or nobody wants it any more. */
export class Lost extends Error {}

/** The job goes back as far as it has come, which is no try: it is to pause, or the worker was told to stop. */
export class GivenBack extends Error {}

/** Where the job's process writes how far it has come. */
export interface Pieces {
  readonly path: string
  bytes(): Promise<Uint8Array | null>
}

/** `N`: what is said of the job meanwhile. */
export class Holding<N> {
  readonly #claim: Held
  readonly #pieces: Pieces | null
  readonly #claims: Pick<Claims<never, N>, 'beat' | 'keepPiece'>
  readonly #ended = new AbortController()
  readonly #over = new AbortController()
  readonly #pause = new AbortController()
  readonly #beating: Promise<void>
  #news: N[] = []
  #keeping: Promise<void> = Promise.resolve()
  #pieceDue = performance.now() + PIECE_MS
  #pieceKept = 0
  #timer: NodeJS.Timeout | undefined

  /** @param pieces null where nothing is kept. @param stop once aborted, the job is saved and given back */
  constructor(
    claim: Held,
    pieces: Pieces | null,
    claims: Pick<Claims<never, N>, 'beat' | 'keepPiece'>,
    stop: AbortSignal,
  ) {
    this.#claim = claim
    this.#pieces = pieces
    this.#claims = claims
    const hurry = (): void => this.#hurry()
    if (stop.aborted) hurry()
    stop.addEventListener('abort', hurry, { once: true })
    this.#over.signal.addEventListener('abort', () => stop.removeEventListener('abort', hurry))
    this.#beating = this.#beat()
  }

  /** Aborted with `Lost`, or `GivenBack` where the worker has no time to wait for the end of a piece: the job ends at once. */
  get signal(): AbortSignal {
    return this.#ended.signal
  }

  /** Aborted where the job is to be saved at the end of its piece. */
  get pause(): AbortSignal {
    return this.#pause.signal
  }

  /** What the job says, to be passed on. */
  tell(news: N): void {
    this.#news.push(news)
  }

  /** Nothing is said any more; returns what the run was not told yet. */
  async end(): Promise<readonly N[]> {
    clearTimeout(this.#timer)
    this.#over.abort()
    await this.#beating
    await this.#keeping
    return this.#news
  }

  #hurry(): void {
    this.#pause.abort()
    this.#timer = setTimeout(() => this.#ended.abort(new GivenBack('it was told to stop')), STOP_MS)
  }

  async #beat(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await sleep(BEAT_MS, undefined, { signal: this.#over.signal }).catch(() => undefined)
      if (this.#over.signal.aborted) return
      // What can not be said now is said later; a fault of the database is met where the job is answered for.
      await this.#say().catch(() => undefined)
    }
  }

  async #say(): Promise<void> {
    const news = this.#news
    this.#news = []
    const say = () => this.#claims.beat(this.#claim, news)
    const wanted = await patiently(say, this.#over.signal).catch((error: unknown) => {
      this.#news = [...news, ...this.#news]
      throw error
    })
    if (wanted === null) return this.#ended.abort(new Lost(LOST))
    if (wanted === 'pause') this.#pause.abort()
    if (performance.now() >= this.#pieceDue) this.#keeping = this.#keepPiece()
  }

  /** The file that the job's process has written last, where it is another than before. */
  async #keepPiece(): Promise<void> {
    if (this.#pieces === null) return
    const began = performance.now()
    this.#pieceDue = Number.POSITIVE_INFINITY
    try {
      const { mtimeMs } = await stat(this.#pieces.path)
      const piece = await this.#pieces.bytes()
      if (piece === null || mtimeMs === this.#pieceKept) return
      await this.#claims.keepPiece(this.#claim, piece)
      this.#pieceKept = mtimeMs
    } catch {
      // None yet, or the database is away: the next one is kept.
    } finally {
      const now = performance.now()
      this.#pieceDue = now + Math.max(PIECE_MS, (now - began) / PIECE_SHARE)
    }
  }
}

/**
 * What is done by a process that has no pieces to save.
 * @param kill ends it, where the job is lost, or given back: `work` then rejects
 * @throws Lost, GivenBack; as `work`
 */
export async function byProcess<N, T>(
  { signal, pause }: Pick<Holding<N>, 'signal' | 'pause'>,
  kill: () => void,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  if (pause.aborted) throw new GivenBack('it is to pause')
  const ends = AbortSignal.any([signal, pause])
  ends.addEventListener('abort', kill, { once: true })
  try {
    return await work()
  } catch (error) {
    signal.throwIfAborted()
    if (pause.aborted) throw new GivenBack('it is to pause')
    throw error
  } finally {
    ends.removeEventListener('abort', kill)
  }
}
