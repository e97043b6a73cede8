// A file's content as bytes: gzip and zip unwrapped where its first bytes say so, counted and hashed, its published checksum verified first.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import { AppError, messageOf } from '../../core/errors.ts'
import { statGivenFile } from '../../core/given-file.ts'
import { checksumBeside, sha256Of, verify } from './checksum.ts'
import { checkZip, zipped } from './zip.ts'

export interface FileProgress {
  /** Bytes of the file read so far (compressed, where it is), and of the whole file. */
  readonly bytes: number
  readonly totalBytes: number
}

const GZIP_MAGIC = [0x1f, 0x8b]
const ZIP_MAGIC = [0x50, 0x4b, 0x03, 0x04]

/** Reads one file once: `head()` if need be, then `chunks()` to its end, then `sha256()`. */
export class FileBytes {
  readonly path: string
  readonly #hash = createHash('sha256')
  #known: string | null = null
  #verified = false
  #progress: FileProgress = { bytes: 0, totalBytes: 0 }
  #content: AsyncGenerator<Buffer> | null = null
  #first: IteratorResult<Buffer> | null = null

  constructor(path: string) {
    this.path = path
  }

  get progress(): FileProgress {
    return this.#progress
  }

  /** True where a checksum file lay beside it and agreed. */
  get verified(): boolean {
    return this.#verified
  }

  /** Of the file's bytes as they lie on disk. */
  sha256(): string {
    return (this.#known ??= this.#hash.digest('hex'))
  }

  /** The content's first bytes; they come again in `chunks()`. @throws AppError as `chunks` */
  async head(): Promise<Buffer> {
    try {
      this.#first ??= await this.#opened().next()
    } catch (error) {
      throw this.unreadable(error)
    }
    return this.#first.done === true ? Buffer.alloc(0) : this.#first.value
  }

  /** @throws AppError `unreadable_file` (missing, damaged), `not_a_file` (a folder, a named pipe, a device), `bad_checksum` */
  async *chunks(): AsyncGenerator<Buffer> {
    const head = await this.head()
    if (head.length > 0) yield head
    try {
      yield* this.#opened()
    } catch (error) {
      throw this.unreadable(error)
    }
  }

  #opened(): AsyncGenerator<Buffer> {
    return (this.#content ??= this.#unwrapped())
  }

  /** The whole content. @throws AppError as `chunks`, and `file_too_large` where it is more than `limit` bytes */
  async whole(limit: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Buffer[] = []
    let length = 0
    for await (const chunk of this.chunks()) {
      length += chunk.length
      if (length > limit) throw tooLarge(this.path, limit)
      parts.push(chunk)
    }
    const whole = new Uint8Array(length)
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  /** What went wrong, in words that name the file. */
  unreadable(error: unknown): AppError {
    if (error instanceof AppError) return error
    return new AppError(
      'unreadable_file',
      `${this.path} could not be read (${messageOf(error)}). Expected CSV, JSON, JSON Lines, Parquet or feather; CSV and JSON may be in gzip or zip.`,
      { cause: error, field: 'file' },
    )
  }

  async *#unwrapped(): AsyncGenerator<Buffer> {
    const { size } = await statGivenFile(this.path)
    this.#progress = { bytes: 0, totalBytes: size }
    await this.#verify()
    const bytes = this.#bytes()
    const start = await bytes.next()
    if (start.done === true) return
    if (startsWith(start.value, ZIP_MAGIC)) {
      await bytes.return(undefined)
      this.#known ??= await sha256Of(this.path)
      if (!this.#verified) await checkZip(this.path)
      yield* zipped(this.path, (share) => this.#count(Math.floor(share * size)))
    } else if (startsWith(start.value, GZIP_MAGIC)) {
      yield* gunzipped(start.value, bytes)
    } else {
      yield start.value
      yield* bytes
    }
  }

  async #verify(): Promise<void> {
    const expected = await checksumBeside(this.path)
    if (expected === null) return
    this.#known = await sha256Of(this.path)
    verify(this.path, expected, this.#known)
    this.#verified = true
  }

  async *#bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(this.path, { highWaterMark: 1 << 18 })) {
      const buffer = chunk as Buffer
      if (this.#known === null) this.#hash.update(buffer)
      this.#count(this.#progress.bytes + buffer.length)
      yield buffer
    }
  }

  #count(bytes: number): void {
    this.#progress = { ...this.#progress, bytes }
  }
}

async function* gunzipped(start: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip()
  const feeding = feed(gunzip, start, rest)
  yield* gunzip as AsyncIterable<Buffer>
  await feeding
}

async function feed(
  gunzip: ReturnType<typeof createGunzip>,
  start: Buffer,
  rest: AsyncGenerator<Buffer>,
): Promise<void> {
  try {
    gunzip.write(start)
    for await (const chunk of rest) {
      if (!gunzip.write(chunk)) await new Promise((resolve) => gunzip.once('drain', resolve))
    }
    gunzip.end()
  } catch (error) {
    gunzip.destroy(error as Error)
  }
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte)
}

function tooLarge(path: string, limit: number): AppError {
  return new AppError(
    'file_too_large',
    `${basename(path)} holds more than ${Math.round(limit / 2 ** 20)} MiB, which this format needs in memory at once. Split it, or write it as CSV, which is read piece by piece.`,
    { field: 'file' },
  )
}
