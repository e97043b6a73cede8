// The one error type that users see: a stable code, words that say what to do next, and an HTTP status.

export interface ErrorOptions {
  /** HTTP status to answer with; 400 by default. */
  status?: number
  /** The input field at fault, as the caller named it. */
  field?: string
  /** Further fields of the answer, such as `{have, need}` of `not_enough_candles`. */
  details?: Record<string, unknown>
  cause?: unknown
}

/** An error with a stable `code` and a message that names the thing, what was expected and what to do. */
export class AppError extends Error {
  readonly code: string
  readonly status: number
  readonly field: string | undefined
  readonly details: Record<string, unknown>

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.status = options.status ?? 400
    this.field = options.field
    this.details = options.details ?? {}
  }
}

/** The 404 for a thing that is not there; `code` is `unknown_<what>`. `field`: what named it, where that is no part of a path. */
export function unknownThing(what: string, id: string, hint: string, field?: string): AppError {
  return new AppError(`unknown_${what}`, `There is no ${what.replaceAll('_', ' ')} "${id}". ${hint}`, {
    status: 404,
    ...(field === undefined ? {} : { field }),
  })
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
