// What the server and the process that makes previews tell each other. Both are started from the same files.
import type { PreviewOut } from '../../contract/preview.ts'
import type { Market } from '../../market/types.ts'

/** Without what only the server knows: when it was asked for. */
export type Preview = Omit<PreviewOut, 'fitted_at'>

export interface PreviewOrder {
  readonly id: number
  /** Root of the workspace. */
  readonly workspace: string
  readonly market: Market
  readonly pattern: string | null
}

export type PreviewAnswer =
  | { readonly kind: 'made'; readonly id: number; readonly preview: Preview }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }

/** @throws TypeError when it is none of ours */
export function parseAnswer(message: unknown): PreviewAnswer {
  const kind = typeof message === 'object' && message !== null && 'kind' in message ? message.kind : null
  if (kind === 'made' || kind === 'failed') return message as PreviewAnswer
  throw new TypeError(`unknown message of the process that makes previews: ${String(kind)}`)
}
