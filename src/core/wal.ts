// The write-ahead log of a database in a process that answers: the disk is waited for off the thread, and what the log holds moves to the file in a thread of its own.
import { open, type FileHandle } from 'node:fs/promises'
import type { Worker } from 'node:worker_threads'
import { startThread } from './thread.ts'

/** Bytes from which on it is moved. */
const LARGE = 4 * 1024 * 1024
/** From one time to the next, ms. */
const EVERY_MS = 1_000
/** What nobody waits for is synced with what somebody does, and after so long by itself, ms. */
const SOON_MS = 1_000

/**
 * What a transaction committed without a sync lies in the system's memory, where the end of this process, of whatever kind, does not reach it; a
 * power failure does until it is synced. The file stays whole all the same.
 */
export class WriteAheadLog {
  readonly #database: string
  #file: Promise<FileHandle> | null = null
  #running: Promise<void> | null = null
  #next: Promise<void> | null = null
  #soon: NodeJS.Timeout | null = null
  #thread: Worker | null = null
  #threadEnded: Promise<unknown> = Promise.resolve()
  #movedAt = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(database: string) {
    this.#database = database
  }

  /** Resolves once all that was committed before the call is on the disk; those who ask meanwhile share one sync. */
  synced(): Promise<void> {
    if (this.#running === null) return this.#begin()
    // The one that runs may have begun before the commit.
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = null
        return this.#begin()
      })
    return this.#next
  }

  /** What was committed before the call is on the disk within a second. */
  syncSoon(): void {
    if (this.#isClosed) return
    this.#soon ??= setTimeout(() => void this.synced().catch(() => undefined), SOON_MS).unref()
  }

  /** Once its connections are closed. Resolves when nothing of it is open any more: a thread that begins late would make the file anew. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#settle()
    const file = await this.#file?.catch(() => undefined)
    // Who waits for the disk is told what came of it.
    await this.#running?.catch(() => undefined)
    await Promise.all([file?.close().catch(() => undefined), this.#endThread()])
  }

  async #endThread(): Promise<void> {
    if (this.#thread === null) return
    this.#thread.ref()
    this.#thread.postMessage('close')
    await this.#threadEnded
  }

  #settle(): void {
    if (this.#soon !== null) clearTimeout(this.#soon)
    this.#soon = null
  }

  #begin(): Promise<void> {
    this.#settle()
    const running = this.#sync().finally(() => {
      if (this.#running === running) this.#running = null
    })
    this.#running = running
    return running
  }

  async #sync(): Promise<void> {
    // Who closed the connections has synced with them.
    if (this.#isClosed) return
    const file = await this.#opened()
    await file.datasync()
    const { size } = await file.stat()
    if (size >= LARGE) this.#move()
  }

  /** What could not be opened once may be the next time. */
  #opened(): Promise<FileHandle> {
    return (this.#file ??= open(`${this.#database}-wal`, 'r+').catch((error: unknown) => {
      this.#file = null
      throw error
    }))
  }

  #move(): void {
    const now = performance.now()
    if (this.#isClosed || now - this.#movedAt < EVERY_MS) return
    this.#movedAt = now
    this.#thread ??= this.#start()
    this.#thread.postMessage('move')
  }

  /** Where it can not work, connections move the log themselves, later. */
  #start(): Worker {
    const thread = startThread(new URL('wal-thread.ts', import.meta.url), this.#database)
    thread.on('error', () => undefined)
    this.#threadEnded = new Promise((resolve) => thread.once('exit', resolve))
    thread.unref()
    return thread
  }
}
