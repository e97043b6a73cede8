// How a checkpoint is named: by model and version, `cnn@0002`, or by an alias in place of the version.
import { AppError } from '../core/errors.ts'

/** `version` null: the promoted one. */
export interface CheckpointRef {
  readonly model: string
  readonly version: string | null
}

/**
 * `cnn`, `cnn@0002`, `cnn@challenger`; `version` beside it may say the same again.
 * @throws AppError `two_checkpoints` where they name different ones
 */
export function checkpointRef(id: string, version?: string): CheckpointRef {
  const [model = '', ...rest] = id.split('@')
  const named = rest.length === 0 ? null : rest.join('@')
  if (named === null || version === undefined || named === version)
    return { model, version: version ?? named }
  throw new AppError(
    'two_checkpoints',
    `Model "${id}" names checkpoint ${named}, and checkpoint says ${version}: name one of them.`,
    { field: 'checkpoint' },
  )
}
