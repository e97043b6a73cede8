// An export as a job of the queue: its files come back in parts, as the job's news.
import { createHash } from 'node:crypto'
import type { FrozenMarket } from '../../market/log/frozen-market.ts'
import type { Market } from '../../market/types.ts'
import type { ExportReport } from './export.ts'

export interface ExportJob {
  /** There is one a batch; what is exported goes with that. */
  readonly number: 0
  /** Of the file or folder. */
  readonly name: string
  /** Markets that are read for it. */
  readonly markets: readonly { readonly market: Market; readonly frozen: FrozenMarket }[]
}

/** Bytes of a file from `at` on. The same part may come twice. */
export interface FilePart {
  /** Beside the file or folder that was asked for, with slashes. */
  readonly path: string
  readonly at: number
  readonly bytes: Uint8Array
}

export interface SentFile {
  readonly path: string
  /** Of its whole content, in hex. */
  readonly sha256: string
}

/** Its end, as JSON: what was written, or what was refused in words. */
export type ExportEnd =
  | { readonly kind: 'written'; readonly files: readonly SentFile[]; readonly report: ExportReport }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }

/** Of all parts of a file, in whichever order. */
export function wholeOf(parts: ReadonlyMap<number, Uint8Array>): Buffer {
  return Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes))
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
