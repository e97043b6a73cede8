// The server's log: JSON lines on stderr.
import pino, { type Logger } from 'pino'

/** `ANNOTATE_LOG` sets the level; warnings and worse by default. */
export function createLogger(): Logger {
  return pino(
    { level: process.env['ANNOTATE_LOG'] ?? 'warn', base: null },
    pino.destination({ dest: 2, sync: true }),
  )
}

/** What the server writes to, whatever stands behind it. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** For who has faults to tell: an error of the log, under what it means. */
export function told(log: Log, what: string): (error: unknown) => void {
  return (error) => log.error({ err: error }, what)
}
