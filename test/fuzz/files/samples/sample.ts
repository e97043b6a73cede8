// A small file as somebody's program writes it, and who is to read it.
import type { ParserName } from '../parsers.ts'

export interface Sample {
  readonly parser: ParserName
  /** Its name and its place below a folder. */
  readonly file: string
  readonly bytes: Buffer
  /** What lies beside it, by name. */
  readonly beside?: Readonly<Record<string, Buffer>>
}

/** When they begin, a whole hour. */
export const T0 = Date.parse('2024-08-09T00:00:00Z')
export const ROWS = 12

export const rows = <T>(of: (n: number) => T): T[] => Array.from({ length: ROWS }, (_, n) => of(n))
export const text = (lines: readonly string[], end = '\n'): Buffer => Buffer.from(`${lines.join(end)}${end}`)
