// Why a session can not be started.
import { AppError } from '../core/errors.ts'

/** The replay's. */
export function ended(): AppError {
  return new AppError(
    'end_of_data',
    'The replay has played all that is stored. Start the server again with an earlier --from to play it anew.',
    { status: 409 },
  )
}
