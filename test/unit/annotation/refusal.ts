// What is refused, as the error that says so.
import { AppError } from '../../../src/core/errors.ts'

/** @throws Error where it was not refused, or not in words */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => {
      throw new Error('was not refused')
    },
    (error: unknown) => {
      if (error instanceof AppError) return error
      throw error
    },
  )
}
