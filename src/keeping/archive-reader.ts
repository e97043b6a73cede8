// Reads an archive: its list, and each file with its hash verified; what is damaged is refused by its name.
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { open, type Entry, type ZipFile } from 'yauzl'
import { AppError, messageOf } from '../core/errors.ts'
import { statGivenFile } from '../core/given-file.ts'
import { isKept, MANIFEST, manifestSchema, type ArchivedFile, type Manifest } from './archive.ts'

export class ArchiveReader {
  readonly #path: string
  readonly #zip: ZipFile
  readonly #entries: ReadonlyMap<string, Entry>
  readonly manifest: Manifest

  private constructor(path: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>, manifest: Manifest) {
    this.#path = path
    this.#zip = zip
    this.#entries = entries
    this.manifest = manifest
  }

  /** @throws AppError `file_not_found`, `not_a_file`, `damaged_backup` */
  static async open(path: string): Promise<ArchiveReader> {
    await statGivenFile(path).catch((error: unknown) => {
      if (error instanceof AppError) throw error
    })
    const zip = await openZip(path)
    try {
      const entries = await entriesOf(zip).catch((error: unknown) => {
        throw damaged(path, messageOf(error))
      })
      const manifest = await manifestOf(path, zip, entries)
      return new ArchiveReader(path, zip, entries, manifest)
    } catch (error) {
      zip.close()
      throw error
    }
  }

  /** The file's bytes. @throws AppError `damaged_backup` where they end before, or are not those that were written */
  async *read({ name, bytes, sha256 }: ArchivedFile): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    let read = 0
    try {
      for await (const chunk of streamOf(this.#zip, this.#entries.get(name))) {
        hash.update(chunk)
        read += chunk.length
        if (read > bytes) break
        yield chunk
      }
    } catch (error) {
      throw damaged(this.#path, `${name}: ${messageOf(error)}`)
    }
    if (read !== bytes || hash.digest('hex') !== sha256)
      throw damaged(this.#path, `${name} is not what was written`)
  }

  /** Reads all of it once. @throws AppError `damaged_backup` */
  async verify(onProgress: (share: number) => void): Promise<void> {
    const total = this.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
    let read = 0
    for (const file of this.manifest.files) {
      for await (const chunk of this.read(file)) {
        read += chunk.length
        onProgress(read / Math.max(1, total))
      }
    }
  }

  close(): void {
    this.#zip.close()
  }
}

async function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
      if (error === null) resolve(zip)
      else
        reject(
          (error as NodeJS.ErrnoException).code === 'ENOENT' ? notThere(path) : damaged(path, error.message),
        )
    })
  })
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>()
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(entry.fileName, entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', reject)
    zip.readEntry()
  })
}

async function manifestOf(path: string, zip: ZipFile, entries: Map<string, Entry>): Promise<Manifest> {
  if (!entries.has(MANIFEST)) throw damaged(path, `it has no ${MANIFEST}, so it is no backup of ANNOTATE`)
  let value: unknown
  try {
    const chunks: Buffer[] = []
    for await (const chunk of streamOf(zip, entries.get(MANIFEST))) chunks.push(chunk)
    value = JSON.parse(Buffer.concat(chunks).toString())
  } catch (error) {
    throw damaged(path, `${MANIFEST}: ${messageOf(error)}`)
  }
  if (!manifestSchema.check(value)) throw damaged(path, `${MANIFEST} is not as expected`)
  for (const { name } of value.files) {
    if (!isKept(name)) throw damaged(path, `${name} is no file of a workspace`)
    if (!entries.has(name)) throw damaged(path, `${name} is missing in it`)
  }
  return value
}

async function* streamOf(zip: ZipFile, entry: Entry | undefined): AsyncGenerator<Buffer> {
  if (entry === undefined) throw new Error('it is missing')
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error)))
  })
  for await (const chunk of stream) yield chunk as Buffer
}

function damaged(path: string, fault: string): AppError {
  const message = `${basename(path)} can not be restored: ${fault.replace(/\.$/, '')}. Nothing was written; take another backup.`
  return new AppError('damaged_backup', message, { status: 422, field: 'file' })
}

function notThere(path: string): AppError {
  const message = `There is no file ${path}: give the path of a backup that annotate backup wrote.`
  return new AppError('file_not_found', message, { status: 404, field: 'file' })
}
