// Why a session can not be started.
import { AppError } from '../core/errors.ts'

/** Each runs a network every second; more than this on one machine is a mistake. */
export const MOST_SESSIONS = 16

export function ended(): AppError {
  return new AppError(
    'end_of_data',
    'The replay has played all that is stored. Start the server again with an earlier --from to play it anew.',
    { status: 409 },
  )
}

export function tooMany(): AppError {
  const message = `${MOST_SESSIONS} sessions are running, which is the most this server takes. Stop one first.`
  return new AppError('too_many_sessions', message, { status: 409 })
}
