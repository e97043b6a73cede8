// The one file inside a zip, as a stream: its checksum is verified when its last byte has come.
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import type { Entry, ZipFile } from 'yauzl'

/** Bytes of the file inside `path`, and how many of `size` have come. The zip is read from disk piece by piece. */
export async function* zipped(path: string, onShare: (share: number) => void): AsyncGenerator<Buffer> {
  const zip = await openZip(path)
  try {
    const entry = onlyFile(path, await entriesOf(zip))
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
      zip.openReadStream(entry, (error, opened) => (error === null ? resolve(opened) : reject(error)))
    })
    let sum = 0
    let bytes = 0
    for await (const chunk of stream) {
      const buffer = chunk as Buffer
      sum = crc32(buffer, sum)
      bytes += buffer.length
      onShare(bytes / entry.uncompressedSize)
      yield buffer
    }
    if (sum !== entry.crc32) throw new Error(`the checksum of ${entry.fileName} inside it is wrong`)
  } finally {
    zip.close()
  }
}

/** Reads it to its end once, so that a damaged one is found before any of it is used. */
export async function checkZip(path: string): Promise<void> {
  for await (const _ of zipped(path, () => undefined)) continue
}

async function openZip(path: string): Promise<ZipFile> {
  const { open } = await import('yauzl')
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error === null ? resolve(zip) : reject(error),
    )
  })
}

/** Files, folders and what macOS adds left out. */
async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = []
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      if (!entry.fileName.endsWith('/') && !entry.fileName.startsWith('__MACOSX/')) entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', reject)
    zip.readEntry()
  })
}

function onlyFile(path: string, entries: readonly Entry[]): Entry {
  const [entry] = entries
  if (entry !== undefined && entries.length === 1) return entry
  const names = entries.slice(0, 3).map(({ fileName }) => fileName)
  throw new AppError(
    'unreadable_file',
    `${basename(path)} is a zip of ${entries.length} files${names.length === 0 ? '' : ` (${names.join(', ')}${entries.length > 3 ? ', …' : ''})`}: expected one. Unpack it and import them one by one.`,
    { field: 'file' },
  )
}
