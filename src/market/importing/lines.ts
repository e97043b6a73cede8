// A text file as numbered lines, unwrapped from gzip or zip where its content says so.
import { StringDecoder } from 'node:string_decoder'
import { FileBytes, type FileProgress } from './file-bytes.ts'

export type { FileProgress }

/** Lines that came together; `first` is the number of the first one, from 1. */
export interface LineBlock {
  readonly first: number
  readonly lines: readonly string[]
}

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

  /** @throws AppError `unreadable_file` where the file is missing, a folder, or damaged; `bad_checksum` */
  async *blocks(): AsyncGenerator<LineBlock> {
    const decoder = new StringDecoder('utf8')
    let rest = ''
    let first = 1
    for await (const chunk of this.#file.chunks()) {
      const text = rest + decoder.write(chunk)
      const end = text.lastIndexOf('\n')
      rest = text.slice(end + 1)
      if (end < 0) continue
      const lines = text.slice(0, end).split('\n')
      yield { first, lines }
      first += lines.length
    }
    rest += decoder.end()
    if (rest !== '') yield { first, lines: [rest] }
  }
}
