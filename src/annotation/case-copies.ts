// Copies annotations and their cases for a backup while others write: each row with the file that belongs to it.
import { setTimeout } from 'node:timers/promises'
import type { Database } from '../core/database.ts'
import { readOwnFile } from '../core/files.ts'
import type { Workspace } from '../core/workspace.ts'
import { AnnotationStore } from './annotation-store.ts'
import { testCaseId } from './case-content.ts'
import { CaseFiles } from './case-files.ts'
import type { AnnotationRow } from './schema.ts'

export interface CaseCopy {
  /** `annotation_<id>.json` */
  readonly name: string
  /** Null of a file whose annotation the database does not have. */
  readonly row: AnnotationRow | null
  /** The file as it is; null where there is none. */
  readonly file: Buffer | null
}

/** A write is over in some milliseconds; one that was cut off by a crash is copied as it stands, and finished by the next start. */
const WAIT_MS = 20
const MOST_LOOKS = 50

/** Every annotation, deleted ones too, and every file; one at a time. */
export async function* caseCopies(database: Database, workspace: Workspace): AsyncGenerator<CaseCopy> {
  const store = new AnnotationStore(database)
  const files = new CaseFiles(workspace.testCases)
  const ids = new Set([...(await store.all()).map(({ id }) => id), ...(await files.ids())])
  for (const id of ids) yield await copyOf(store, files, id)
}

/** The row is the same before and after its file was read: nothing was written in between. */
async function copyOf(store: AnnotationStore, files: CaseFiles, id: string): Promise<CaseCopy> {
  const name = `${testCaseId(id)}.json`
  for (let looks = 1; ; looks += 1) {
    const row = await store.find(id)
    const file = await contentOf(files.pathOf(id))
    const after = await store.find(id)
    const isSettled = JSON.stringify(row) === JSON.stringify(after) && after?.file_pending !== 1
    if (isSettled || looks === MOST_LOOKS) return { name, row: after ?? null, file }
    await setTimeout(WAIT_MS)
  }
}

async function contentOf(path: string): Promise<Buffer | null> {
  try {
    return await readOwnFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
