// What nobody caught: a rejected promise is logged and counted, and the server goes on; an exception ends it in order.
import type { Log } from './logger.ts'

export interface Unhandled {
  /** Rejections since the start. */
  readonly count: () => number
  /** Takes node's own way back: either ends the process. */
  stop(): void
}

/** `end`: called once after an exception, when nobody knows what state the process is in. */
export function watchUnhandled(log: Log, end: () => void): Unhandled {
  let rejections = 0
  const onRejection = (reason: unknown): void => {
    rejections += 1
    log.error({ err: reason }, 'a failure that nobody waited for; the server goes on')
  }
  const onException = (error: unknown): void => {
    log.error({ err: error }, 'an exception that nobody caught; the server ends')
    process.off('uncaughtException', onException)
    end()
  }
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onException)
  return {
    count: () => rejections,
    stop() {
      process.off('unhandledRejection', onRejection)
      process.off('uncaughtException', onException)
    },
  }
}
