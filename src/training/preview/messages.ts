// What the server and the process that makes previews tell each other. Both are started from the same files.
import type { PreviewOut } from '../../contract/preview.ts'
import type { DatabaseChoice } from '../../core/database.ts'
import type { Market } from '../../market/types.ts'

/** Without what only the server knows: when it was asked for. */
export type Preview = Omit<PreviewOut, 'fitted_at'>

export interface PreviewOrder {
  /** Root of the workspace. */
  readonly workspace: string
  readonly database: DatabaseChoice
  readonly market: Market
  readonly pattern: string | null
}
