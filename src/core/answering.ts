// What is said between a process that is asked things and who asks, and the asked one's end of it. Both are started from the same files.
import { setPriority } from 'node:os'
import { messageOf } from './errors.ts'
import { storageFault } from './storage-fault.ts'

/** A question by its number. */
export interface Asked<Question> {
  readonly id: number
  readonly question: Question
}

export type Answered<Answer> =
  | { readonly kind: 'made'; readonly id: number; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }

/** @throws TypeError when it is none of ours */
export function parseAnswered<Answer>(message: unknown): Answered<Answer> {
  const kind = typeof message === 'object' && message !== null && 'kind' in message ? message.kind : null
  if (kind === 'made' || kind === 'failed') return message as Answered<Answer>
  throw new TypeError(`unknown message of a process that was asked: ${String(kind)}`)
}

/** What a question failed by; of a disk that is full or a database that is damaged, with what to do. */
export function wordsOf(error: unknown): string {
  return messageOf(storageFault(error) ?? error)
}

/**
 * Answers in this process, one question after the other, until whoever started it is gone.
 * @param answer of questions as that one sends them, and no other
 * @param priority one of `os.constants.priority`: whoever answers the page, and live seconds, go first
 */
export function answering(answer: (question: never) => Promise<unknown>, priority?: number): void {
  if (priority !== undefined) setPriority(priority)
  let turn: Promise<void> = Promise.resolve()
  process.on('disconnect', () => process.exit(0))
  process.on('message', (message) => {
    const { id, question } = message as Asked<never>
    turn = turn
      .then(() => answer(question))
      .then(
        (made): Answered<unknown> => ({ kind: 'made', id, answer: made }),
        (error: unknown): Answered<unknown> => ({ kind: 'failed', id, why: wordsOf(error) }),
      )
      .then((said) => void process.send?.(said))
  })
}
