// How a delivery is signed, so that its receiver knows whose it is and when it was sent.
import { createHmac, randomBytes } from 'node:crypto'

/** 256 bits, as text. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`
}

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 (RFC 2104) of `<seconds>.<body>` under the alert's secret. */
export function signatureOf(secret: string, seconds: number, body: string): string {
  const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${hex}`
}
