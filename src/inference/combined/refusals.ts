// Why a session of all patterns can not be started, or a part of one stopped.
import type { SessionBody } from '../../contract/inference.ts'
import { AppError } from '../../core/errors.ts'
import { checkpointRef } from '../../orchestrator/checkpoint-ref.ts'

/** The model that is asked for. @throws AppError `two_checkpoints` where one of its checkpoints is named, too */
export function modelAlone({ model, checkpoint }: Pick<SessionBody, 'model' | 'checkpoint'>): string {
  const ref = checkpointRef(model, checkpoint)
  if (ref.version === null) return ref.model
  throw new AppError(
    'two_checkpoints',
    `All patterns ("*") go by the checkpoint that is promoted for each: leave out ${ref.version}, or name one pattern.`,
    { field: 'checkpoint' },
  )
}

export function nonePromoted(model: string): AppError {
  return new AppError(
    'no_checkpoint',
    `No checkpoint of ${model} is promoted for a pattern: promote one for each with annotate models promote ${model} VERSION --pattern TAG, then start again.`,
    { status: 409, field: 'pattern' },
  )
}

export function partOfSession(whole: string): AppError {
  return new AppError(
    'part_of_session',
    `This session answers for one pattern of session ${whole}, and ends with it: stop that one.`,
    { status: 409 },
  )
}
