// Writes an archive file by file, in bounded memory, and puts it in its place when it is whole.
import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { syncFolder } from '../core/files.ts'
import { toIso, type EpochMs } from '../core/time.ts'
import { MANIFEST, type ArchivedFile, type Manifest } from './archive.ts'

/** Numbers compress a little more at higher levels, and take several times as long. */
const LEVEL = 3

export class ArchiveWriter {
  readonly #zip = new ZipFile()
  readonly #path: string
  readonly #temporary: string
  readonly #now: EpochMs
  readonly #written: Promise<void>
  readonly files: ArchivedFile[] = []

  /** `path` is written when `end` resolves; until then, and where anything fails, only a file of another name beside it. */
  constructor(path: string, now: EpochMs) {
    this.#path = path
    this.#now = now
    this.#temporary = `${path}.${randomUUID()}.tmp`
    this.#written = pipeline(this.#zip.outputStream, createWriteStream(this.#temporary, { flags: 'wx' }))
    // Told by whoever waits for the next file.
    this.#written.catch(() => undefined)
  }

  /** One at a time; resolves when all of it has been read. */
  async add(name: string, content: Buffer | AsyncIterable<Buffer>): Promise<void> {
    const hash = createHash('sha256')
    let bytes = 0
    async function* hashed(): AsyncGenerator<Buffer> {
      const chunks: Iterable<Buffer> | AsyncIterable<Buffer> = Buffer.isBuffer(content) ? [content] : content
      for await (const chunk of chunks) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    }
    await this.#put(name, Readable.from(hashed(), { objectMode: false }))
    this.files.push({ name, bytes, sha256: hash.digest('hex') })
  }

  async #put(name: string, stream: Readable): Promise<void> {
    const options = { mtime: new Date(this.#now), compressionLevel: LEVEL }
    this.#zip.addReadStreamLazy(name, options, (give) => give(null, stream))
    await Promise.race([finished(stream, { writable: false }), this.#failed()])
  }

  /** Durable and in its place when it resolves, with its size in bytes. */
  async end(): Promise<number> {
    const { files } = this
    const manifest: Manifest = {
      format: 'annotate-backup',
      schema_version: 1,
      created_at: toIso(this.#now),
      files: [...files],
    }
    await this.#put(MANIFEST, Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)]))
    this.#zip.end()
    await this.#written
    await syncFile(this.#temporary)
    const { size } = await stat(this.#temporary)
    await rename(this.#temporary, this.#path)
    await syncFolder(dirname(this.#path))
    return size
  }

  async discard(): Promise<void> {
    await rm(this.#temporary, { force: true })
  }

  /** Rejects when nothing more can be written; never resolves. */
  #failed(): Promise<never> {
    return new Promise((_, reject) => {
      this.#written.catch(reject)
    })
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
