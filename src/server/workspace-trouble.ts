// Whether the workspace can be written at this moment, asked of the disk itself: so that health says it, and says when it is over.
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import type { AppError } from '../core/errors.ts'
import { diskFull, storageFault } from '../core/storage-fault.ts'
import type { Workspace } from '../core/workspace.ts'

/** A test case and its row need about this much. */
const LEAST_BYTES = 256 * 1024

/** `disk_full` or `not_writable`; null where nothing is in the way. */
export async function workspaceTrouble({ root, database }: Workspace): Promise<AppError | null> {
  try {
    for (const path of [root, database]) await access(path, constants.W_OK)
    const { bavail, bsize } = await statfs(root)
    return bavail * bsize < LEAST_BYTES ? diskFull(undefined, root) : null
  } catch (error) {
    return storageFault(error, root)
  }
}
