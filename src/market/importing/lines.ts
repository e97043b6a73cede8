// A CSV file as numbered lines, gunzipped where its content says so, with its bytes counted and hashed on the way.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import { createGunzip } from 'node:zlib'
import { AppError, messageOf } from '../../core/errors.ts'

export interface FileProgress {
  /** Bytes of the file read so far (compressed, where it is), and of the whole file. */
  readonly bytes: number
  readonly totalBytes: number
}

/** Lines that came together; `first` is the number of the first one, from 1. */
export interface LineBlock {
  readonly first: number
  readonly lines: readonly string[]
}

const GZIP_MAGIC = [0x1f, 0x8b]

/** Reads one file once: iterate `blocks()` to its end, then ask for `sha256()`. */
export class LineReader {
  readonly #path: string
  readonly #hash = createHash('sha256')
  #progress: FileProgress = { bytes: 0, totalBytes: 0 }

  constructor(path: string) {
    this.#path = path
  }

  get progress(): FileProgress {
    return this.#progress
  }

  /** Of the file's bytes as they lie on disk. */
  sha256(): string {
    return this.#hash.digest('hex')
  }

  /**
   * @throws AppError `unreadable_file` where the file is missing, a folder, or broken gzip.
   */
  async *blocks(): AsyncGenerator<LineBlock> {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    let first = 1
    try {
      for await (const chunk of this.#text()) {
        const text = rest + decoder.write(chunk)
        const end = text.lastIndexOf('\n')
        rest = text.slice(end + 1)
        if (end < 0) continue
        const lines = text.slice(0, end).split('\n')
        yield { first, lines }
        first += lines.length
      }
    } catch (error) {
      throw this.#unreadable(error)
    }
    rest += decoder.end()
    if (rest !== '') yield { first, lines: [rest] }
  }

  async *#text(): AsyncGenerator<Buffer> {
    const bytes = this.#bytes()
    const start = await bytes.next()
    if (start.done === true) return
    const zipped = GZIP_MAGIC.every((byte, index) => start.value[index] === byte)
    if (!zipped) {
      yield start.value
      yield* bytes
      return
    }
    const gunzip = createGunzip()
    const feeding = feed(gunzip, start.value, bytes)
    yield* gunzip as AsyncIterable<Buffer>
    await feeding
  }

  async *#bytes(): AsyncGenerator<Buffer> {
    const { size } = await stat(this.#path)
    for await (const chunk of createReadStream(this.#path, { highWaterMark: 1 << 18 })) {
      const buffer = chunk as Buffer
      this.#hash.update(buffer)
      this.#progress = { bytes: this.#progress.bytes + buffer.length, totalBytes: size }
      yield buffer
    }
  }

  #unreadable(error: unknown): AppError {
    if (error instanceof AppError) return error
    return new AppError(
      'unreadable_file',
      `${this.#path} could not be read (${messageOf(error)}). Expected a CSV file, plain or gzip-compressed.`,
      { cause: error, field: 'file' },
    )
  }
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
