// Saves annotations again as they stand, so that their test cases are made anew from what is stored now.
import type { AnnotationBody, AnnotationOut } from '../contract/annotations.ts'
import { lockWorkspace } from '../server/workspace-lock.ts'
import { annotationFilter } from './annotation-filter.ts'
import { reading } from './at-workspace.ts'
import { remoteOf } from './remote.ts'
import type { Verb } from './verb.ts'

/** By the server that holds the workspace, or here. The ids of what was saved. @throws AppError as a PUT of each */
export async function saveAgain(run: Verb, filter: string): Promise<string[]> {
  const server = remoteOf(run.workspace)
  const lock = server === null ? lockWorkspace(run.workspace) : null
  try {
    return await reading(run, async (open) => {
      const chosen = await open.annotations.list(annotationFilter(filter === 'all' ? '' : filter))
      for (const annotation of chosen) {
        const { id, symbol, venue } = annotation
        if (server === null) await open.annotations.replace(id, bodyOf(annotation), { symbol, venue })
        else await server.replaceAnnotation({ id, body: bodyOf(annotation) })
      }
      return chosen.map(({ test_case_id: id }) => id)
    })
  } finally {
    lock?.release()
  }
}

function bodyOf({ symbol, venue, direction, entry, exit, notes, tags }: AnnotationOut): AnnotationBody {
  return { symbol, venue, direction, entry, exit, notes, tags }
}
