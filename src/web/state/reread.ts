// What the page reads again by itself: where that fails it says which part may be old, once as long as that is to be read.
import { ApiError } from './request.ts'
import { say, store } from './app-state.ts'

/** @param what as in “The sessions could not be read again” */
export function reread(what: string, work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    if (!(error instanceof ApiError && error.code === 'gone'))
      sayOnce(`The ${what} could not be read again, and may be old: ${wordsOf(error)}`)
  })
}

/** @param what as in “The older annotations could not be read yet” */
export function sayUnread(what: string, error: unknown): void {
  sayOnce(`The ${what} could not be read yet, and are tried again: ${wordsOf(error)}`)
}

function sayOnce(text: string): void {
  if (!store.get().notices.some((notice) => notice.text === text)) say(text, 'warn')
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
