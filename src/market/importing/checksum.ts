// The checksum file that Binance publishes beside a dump: `<file>.CHECKSUM`, a line of SHA-256 and name.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { readGivenFile } from '../../core/given-file.ts'

/** Lower-case hex; null where no checksum lies beside `path`. @throws AppError `bad_checksum` where it holds none. */
export async function checksumBeside(path: string): Promise<string | null> {
  const text = await readGivenFile(`${path}.CHECKSUM`).then(String, () => null)
  if (text === null) return null
  const found = /^\s*([0-9a-f]{64})(\s|$)/i.exec(text)?.[1]
  if (found !== undefined) return found.toLowerCase()
  throw new AppError(
    'bad_checksum',
    `${basename(path)}.CHECKSUM holds no SHA-256: expected 64 hexadecimal digits and the file's name. Fetch it again, or take it away to import unverified.`,
    { field: 'file' },
  )
}

export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** @throws AppError `bad_checksum` */
export function verify(path: string, expected: string, actual: string): void {
  if (expected === actual) return
  throw new AppError(
    'bad_checksum',
    `${basename(path)} is damaged: its SHA-256 is ${actual}, its .CHECKSUM says ${expected}. Download both again. Nothing was stored.`,
    { field: 'file' },
  )
}
