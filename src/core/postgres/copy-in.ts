// COPY … FROM STDIN by the driver's own means: bytes go to the server as they are made, no faster than it takes them.
import type { Connection, Submittable } from 'pg'

/** What the driver's types leave out of its connection. */
interface CopyingConnection extends Connection {
  sendCopyFromChunk(chunk: Uint8Array): void
  endCopyFrom(): void
  sendCopyFail(why: string): void
}

/** To be given to `query` of a client that has nothing else under way; `done` is what it would have promised. */
export class CopyIn implements Submittable {
  readonly done: Promise<void>
  readonly #sql: string
  readonly #chunks: AsyncIterable<Uint8Array>
  #resolve: () => void = () => undefined
  #reject: (error: unknown) => void = () => undefined
  #isOver = false
  /** What making the bytes failed with: it says more than the server, which was only told to stop. */
  #failure: { readonly error: unknown } | null = null
  #wake: () => void = () => undefined

  constructor(sql: string, chunks: AsyncIterable<Uint8Array>) {
    this.#sql = sql
    this.#chunks = chunks
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  submit(connection: Connection): void {
    connection.query(this.#sql)
  }

  handleCopyInResponse(connection: CopyingConnection): void {
    void this.#send(connection)
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end()
    this.#resolve()
  }

  handleError(error: unknown): void {
    this.#end()
    this.#reject(this.#failure === null ? error : this.#failure.error)
  }

  async #send(connection: CopyingConnection): Promise<void> {
    try {
      for await (const chunk of this.#chunks) {
        if (this.#isOver) return
        connection.sendCopyFromChunk(chunk)
        if (connection.stream.writableNeedDrain) await this.#drained(connection)
      }
      if (!this.#isOver) connection.endCopyFrom()
    } catch (error) {
      this.#failure = { error }
      if (!this.#isOver) connection.sendCopyFail('what was to be copied could not be made')
    }
  }

  /** Or over: a connection that is lost drains no more. */
  async #drained({ stream }: CopyingConnection): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      stream.once('drain', resolve)
    })
    stream.off('drain', this.#wake)
  }

  #end(): void {
    this.#isOver = true
    this.#wake()
  }
}
