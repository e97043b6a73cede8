// One attempt to deliver: a signed POST, answered in time or failed in words.
import { messageOf } from '../core/errors.ts'
import { SECOND, type EpochMs } from '../core/time.ts'
import { signatureOf } from './signature.ts'

export interface Parcel {
  readonly id: string
  readonly url: string
  readonly secret: string
  /** JSON. */
  readonly content: string
}

export type Attempt =
  | { readonly delivered: true }
  /** `final`: the receiver wants no more of it. */
  | { readonly delivered: false; readonly error: string; readonly final: boolean }

/** Patience with a receiver. */
const TIMEOUT = 10 * SECOND
const GONE = 410

/** Redirects are not followed: where calls go is said once, by the trader. */
export async function post(parcel: Parcel, now: EpochMs, signal: AbortSignal): Promise<Attempt> {
  const { id, url, secret, content } = parcel
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'annotate',
        'annotate-delivery': id,
        'annotate-signature': signatureOf(secret, Math.floor(now / SECOND), content),
      },
      body: content,
    })
    await answer.body?.cancel()
    return answer.ok ? { delivered: true } : refused(answer.status)
  } catch (error) {
    return { delivered: false, error: reasonOf(error), final: false }
  }
}

function refused(status: number): Attempt {
  const redirected = status >= 300 && status < 400 ? ' (redirects are not followed)' : ''
  return { delivered: false, error: `it answered ${status}${redirected}`, final: status === GONE }
}

/** fetch hides why it failed behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `it did not answer within ${TIMEOUT / SECOND} s`
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error)
}
