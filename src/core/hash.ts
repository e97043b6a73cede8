// By what the content of a file is told from another's.
import { createHash } from 'node:crypto'

/** Of all the bytes, in lower-case hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
