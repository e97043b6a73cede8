// A text file as numbered lines, unwrapped from gzip or zip where its content says so.
import { StringDecoder } from 'node:string_decoder'
import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { FileBytes, type FileProgress } from './file-bytes.ts'

export type { FileProgress }

/** Lines that came together; `first` is the number of the first one, from 1. */
export interface LineBlock {
  readonly first: number
  readonly lines: readonly string[]
}

/** Characters. No row of a market is so long: what is, has no line ends, and would fill the memory. */
const LONGEST_LINE = 1 << 20

/** Reads one file once: iterate `blocks()` to its end, then ask for `sha256()`. */
export class LineReader {
  readonly #file: FileBytes

  constructor(file: string | FileBytes) {
    this.#file = typeof file === 'string' ? new FileBytes(file) : file
  }

  get progress(): FileProgress {
    return this.#file.progress
  }

  /** Of the file's bytes as they lie on disk. */
  sha256(): string {
    return this.#file.sha256()
  }

  /** @throws AppError `unreadable_file` where the file is missing, a folder, or damaged; `bad_checksum`; `endless_line` for one of more than a million characters */
  async *blocks(): AsyncGenerator<LineBlock> {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    let first = 1
    for await (const chunk of this.#file.chunks()) {
      const text = rest + decoder.write(chunk)
      const end = text.lastIndexOf('\n')
      rest = text.slice(end + 1)
      const lines = end < 0 ? [] : text.slice(0, end).split('\n')
      this.#requireEnds(first, [...lines, rest])
      if (end < 0) continue
      yield { first, lines }
      first += lines.length
    }
    rest += decoder.end()
    if (rest !== '') yield { first, lines: [rest] }
  }

  #requireEnds(first: number, lines: readonly string[]): void {
    const index = lines.findIndex((line) => line.length > LONGEST_LINE)
    if (index >= 0) throw endlessLine(this.#file.path, first + index)
  }
}

function endlessLine(path: string, line: number): AppError {
  return new AppError(
    'endless_line',
    `Line ${line} of ${basename(path)} is longer than 1 MB, which no row is. Expected one row a line: is this a text file with line ends, and of the format that its name says?`,
    { field: 'file', details: { line } },
  )
}
