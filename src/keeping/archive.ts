// The archive of a backup: a zip whose last file lists all others with their hashes; and what such a list and its names may be.
import Type, { type Static } from 'typebox'
import { Checker } from '../core/checker.ts'

export const MANIFEST = 'manifest.json'
export const DATABASE = 'annotate.db'

export const Manifest = Type.Object({
  format: Type.Literal('annotate-backup'),
  schema_version: Type.Literal(1),
  created_at: Type.String(),
  files: Type.Array(
    Type.Object({
      /** By the layout of a workspace, with `/`. */
      name: Type.String(),
      bytes: Type.Integer({ minimum: 0 }),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
})
export type Manifest = Static<typeof Manifest>
export type ArchivedFile = Manifest['files'][number]

export const manifestSchema = new Checker(Manifest)

/** Folders of a workspace, and of an archive, whose files are kept. */
export const CASES = 'ANNOTATE/data/test_cases'
export const FOLDERS = [
  'ANNOTATE/data/training_results',
  'ANNOTATE/data/training_state',
  'models/checkpoints',
]

const NAME = /^[\w][\w .+@-]*$/

/** Whether a file of this name belongs into a workspace: nothing else is ever written from an archive. */
export function isKept(name: string): boolean {
  if (name === DATABASE) return true
  const folder = [CASES, ...FOLDERS].find((each) => name.startsWith(`${each}/`))
  if (folder === undefined) return false
  return name
    .slice(folder.length + 1)
    .split('/')
    .every((part) => NAME.test(part))
}
