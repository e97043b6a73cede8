// One request of the page: it ends in time, or when what it was for has gone; every failure is an ApiError in words.
import type { Operation } from '../../contract/addresses.ts'
import type { Send, WireRequest } from '../../contract/client.ts'
import type { ErrorBody } from '../../contract/shapes.ts'

/**
 * What the server refused and why; `code` is stable: `unreachable` where nobody answered, `timed_out` where nobody did in time, `gone` where
 * what it was asked for is not shown any more.
 */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status: number) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = status
  }
}

/** ms that an answer may take; an operation of its own where the server itself has to ask an exchange. */
export interface Limits {
  readonly usual: number
  readonly of: Partial<Record<Operation, number>>
}

const SECOND = 1000

const LIMITS: Limits = {
  usual: 20 * SECOND,
  of: {
    fetchHistory: 600 * SECOND,
    followMarket: 120 * SECOND,
    listSymbols: 60 * SECOND,
    startInferenceSession: 60 * SECOND,
    // Made of every reviewed second the first time.
    getPreview: 600 * SECOND,
    listSuggestions: 600 * SECOND,
    findSimilar: 120 * SECOND,
    // They wait for a process that saves itself.
    pauseTrainingRun: 60 * SECOND,
    cancelTrainingRun: 60 * SECOND,
    // Every mark is looked through for what the checkpoint was trained on.
    startBacktest: 60 * SECOND,
  },
}

/** @param base before every path; the page's own server where it is empty */
export function sender(base = '', limits = LIMITS): Send {
  return async (request) => {
    const limit = limits.of[request.operation] ?? limits.usual
    const late = AbortSignal.timeout(limit)
    const signal = request.within === undefined ? late : AbortSignal.any([late, request.within])
    try {
      return await answerOf(base, request, signal)
    } catch (error) {
      if (error instanceof ApiError) throw error
      if (request.within?.aborted === true) throw new ApiError('gone', 'It is not shown any more.', 0)
      throw late.aborted ? timedOut(request, limit) : unreachable(error)
    }
  }
}

async function answerOf(
  base: string,
  { method, path, headers, body }: WireRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await fetch(`${base}${path}`, { method, headers, body: body ?? null, signal })
  const text = await response.text()
  if (!response.ok) throw errorOf(response.status, text)
  return text === '' ? undefined : JSON.parse(text)
}

function timedOut({ method }: WireRequest, limit: number): ApiError {
  const what =
    method === 'GET'
      ? 'What is shown may be old; try again.'
      : 'Whether it was done is not known: look before you try again.'
  return new ApiError('timed_out', `The server has not answered within ${limit / SECOND} s. ${what}`, 0)
}

function unreachable(error: unknown): ApiError {
  const message = `The server does not answer (${String(error)}). Is it still running?`
  return new ApiError('unreachable', message, 0)
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { error } = JSON.parse(text) as ErrorBody
    return new ApiError(error.code, error.message, status)
  } catch {
    return new ApiError('unreadable_answer', `The server answered ${status}: ${text.slice(0, 200)}`, status)
  }
}
