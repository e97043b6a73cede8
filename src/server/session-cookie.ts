// The cookie of a page that has shown the token once: a signed pass that ends by itself, and never the token.
import { createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../core/clock.ts'
import { DAY, SECOND } from '../core/time.ts'

const NAME = 'annotate_session'
const LIFE_MS = 30 * DAY
/** Of the pass's own random part, bytes. */
const NONCE_BYTES = 16

/**
 * A pass is `<end, ms>.<nonce>.<HMAC-SHA256 of both>`. Its key is made of the token (scrypt, RFC 7914), so that it outlives a restart of the server,
 * ends when the token is changed, and does not lead back to the token.
 */
export class SessionCookie {
  readonly #key: Buffer
  readonly #clock: Clock

  constructor(token: string, clock: Clock) {
    this.#key = scryptSync(token, 'annotate session cookie', 32)
    this.#clock = clock
  }

  /** The value of a `set-cookie` header with a new pass. */
  issue(): string {
    const content = `${this.#clock.now() + LIFE_MS}.${randomBytes(NONCE_BYTES).toString('base64url')}`
    const pass = `${content}.${this.#sign(content)}`
    return `${NAME}=${pass}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${LIFE_MS / SECOND}`
  }

  /** Whether a `cookie` header holds a pass of ours that has not ended. */
  isValid(header: string | undefined): boolean {
    const pass = header
      ?.split('; ')
      .find((part) => part.startsWith(`${NAME}=`))
      ?.slice(NAME.length + 1)
    const [end = '', nonce = '', signature = '', ...more] = pass?.split('.') ?? []
    if (more.length > 0 || !/^\d{1,15}$/.test(end)) return false
    return isSame(signature, this.#sign(`${end}.${nonce}`)) && Number(end) > this.#clock.now()
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#key).update(content).digest('base64url')
  }
}

function isSame(given: string, own: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(own)]
  return a.length === b.length && timingSafeEqual(a, b)
}
