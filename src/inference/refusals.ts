// Why a session can not be started.
import { AppError } from '../core/errors.ts'
import type { Market } from '../market/types.ts'

/** The replay's. */
export function ended(): AppError {
  return new AppError(
    'end_of_data',
    'The replay has played all that is stored. Start the server again with an earlier --from to play it anew.',
    { status: 409 },
  )
}

/** Of a market that another server follows from now on. */
export function handedOver({ venue, symbol }: Market): AppError {
  return new AppError(
    'owner_away',
    `${symbol} of ${venue} is being handed over to another server. Nothing was begun; try again in a moment.`,
    { status: 503 },
  )
}
