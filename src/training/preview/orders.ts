// Orders to a process and its answers, by their numbers; and the process's end of it. Both ends are started from the same files.
import { constants, setPriority } from 'node:os'
import { messageOf } from '../../core/errors.ts'
import { storageFault } from '../../core/storage-fault.ts'

export type Ordered<Order> = Order & { readonly id: number }

export type Answer<Made> =
  | { readonly kind: 'made'; readonly id: number; readonly made: Made }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }

/** @throws TypeError when it is none of ours */
export function parseAnswer<Made>(message: unknown): Answer<Made> {
  const kind = typeof message === 'object' && message !== null && 'kind' in message ? message.kind : null
  if (kind === 'made' || kind === 'failed') return message as Answer<Made>
  throw new TypeError(`unknown message of a process that was asked: ${String(kind)}`)
}

/** What an order failed by; of a disk that is full or a database that is damaged, with what to do. */
export function wordsOf(error: unknown): string {
  return messageOf(storageFault(error) ?? error)
}

/**
 * Answers in this process, one order after the other, until the server that started it is gone.
 * @param make of orders as that server sends them, and no other
 */
export function answerOrders(make: (order: never) => Promise<unknown>): void {
  // Live seconds, and whoever answers the page, go first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  let queue: Promise<void> = Promise.resolve()
  const send = (answer: Answer<unknown>): void => void process.send?.(answer)
  const answer = async (order: Ordered<object>): Promise<void> => {
    try {
      send({ kind: 'made', id: order.id, made: await make(order as never) })
    } catch (error) {
      send({ kind: 'failed', id: order.id, message: wordsOf(error) })
    }
  }
  process.on('disconnect', () => process.exit(0))
  process.on('message', (order) => {
    queue = queue.then(() => answer(order as Ordered<object>))
  })
}
