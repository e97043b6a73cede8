// Which format a file is in, by its content alone: its first bytes, never its name.
import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { FileBytes } from './file-bytes.ts'

export type FileFormat = 'csv' | 'json' | 'jsonl' | 'parquet' | 'feather'

interface Magic {
  readonly bytes: readonly number[]
  readonly what: string
  readonly instead: string
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))

const READ: readonly (readonly [FileFormat, readonly number[]])[] = [
  ['parquet', ascii('PAR1')],
  ['feather', ascii('ARROW1')],
  // The same as a stream, without the footer.
  ['feather', [0xff, 0xff, 0xff, 0xff]],
]

/** What is known and not read. */
const REFUSED: readonly Magic[] = [
  { bytes: ascii('FEA1'), what: 'a feather file of version 1', instead: 'write it with version=2' },
  { bytes: ascii('PARE'), what: 'an encrypted Parquet file', instead: 'write it without encryption' },
  {
    bytes: [0x89, ...ascii('HDF')],
    what: 'an HDF5 file',
    instead: 'convert it, as freqtrade convert-data --format-to feather does',
  },
  { bytes: ascii('SQLite format 3'), what: 'an SQLite database', instead: 'export the table as CSV' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], what: 'zstd-compressed', instead: 'decompress it, or use gzip' },
  { bytes: [0x04, 0x22, 0x4d, 0x18], what: 'lz4-compressed', instead: 'decompress it, or use gzip' },
  { bytes: [0xfd, ...ascii('7zXZ')], what: 'xz-compressed', instead: 'decompress it, or use gzip' },
  { bytes: ascii('BZh'), what: 'bzip2-compressed', instead: 'decompress it, or use gzip' },
  { bytes: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7z archive', instead: 'unpack it, or use zip' },
  { bytes: [0x80, 0x04, 0x95], what: 'a Python pickle', instead: 'write it with to_parquet or to_feather' },
  { bytes: [0x80, 0x05, 0x95], what: 'a Python pickle', instead: 'write it with to_parquet or to_feather' },
  { bytes: [0x93, ...ascii('NUMPY')], what: 'a NumPy array', instead: 'write it as CSV, Parquet or feather' },
  { bytes: [0xff, 0xfe], what: 'UTF-16 text', instead: 'save it as UTF-8' },
]

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d])

/** @throws AppError `unknown_format`, and what `FileBytes.head` throws */
export async function formatOf(file: FileBytes): Promise<FileFormat> {
  const head = await file.head()
  const read = READ.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))
  if (read !== undefined) return read[0]
  const refused = REFUSED.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte))
  if (refused !== undefined) throw unknownFormat(file.path, `is ${refused.what}: ${refused.instead}`)
  if (head.subarray(0, 4096).includes(0))
    throw unknownFormat(file.path, 'is no text and no format known here')
  const start = BYTE_ORDER_MARK.every((byte, index) => head[index] === byte) ? 3 : 0
  const first = head.subarray(start).find((byte) => !SPACES.has(byte))
  if (first !== 0x5b && first !== 0x7b) return 'csv'
  return isJsonLines(head.subarray(start)) ? 'jsonl' : 'json'
}

/** JSON Lines: the first line is whole by itself, and another one that begins like it follows. */
function isJsonLines(head: Buffer): boolean {
  const [line = '', next = ''] = head
    .toString('utf8')
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text !== '')
  if (!/^[[{]/.test(next)) return false
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

export function unknownFormat(path: string, what: string): AppError {
  return new AppError(
    'unknown_format',
    `${basename(path)} ${what}. Expected CSV, JSON, JSON Lines, Parquet or feather (Arrow IPC); CSV and JSON may be in gzip or zip. Nothing was stored.`,
    { field: 'file' },
  )
}
