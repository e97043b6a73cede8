// What the server and the process that keeps the table of moments tell each other. Both are started from the same files.
import type { MomentProgress, SimilarQuery } from './moment-table.ts'
import type { Like } from './nearest.ts'
import type { Focus } from './wanted.ts'

export interface SharedRows {
  /** Address of the PostgreSQL. */
  readonly url: string
  /** Of the server that asks: `MACHINE:FOLDER`. */
  readonly id: string
}

export type MomentOrder =
  | {
      readonly kind: 'open'
      /** Root of the workspace. */
      readonly workspace: string
      readonly megabytes: number
      /** Where workers may make rows; null: here alone. */
      readonly shared: SharedRows | null
    }
  | { readonly kind: 'focus'; readonly focus: readonly Focus[] }
  | { readonly kind: 'similar'; readonly id: number; readonly query: SimilarQuery }

export type MomentAnswer =
  | { readonly kind: 'progress'; readonly progress: MomentProgress }
  | { readonly kind: 'similar'; readonly id: number; readonly likes: readonly Like[] | null }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }

const KINDS = new Set<unknown>(['progress', 'similar', 'failed'])

/** @throws TypeError when it is none of ours */
export function parseMomentAnswer(message: unknown): MomentAnswer {
  const kind = typeof message === 'object' && message !== null && 'kind' in message ? message.kind : null
  if (KINDS.has(kind)) return message as MomentAnswer
  throw new TypeError(`unknown message of the process that keeps moments: ${String(kind)}`)
}
