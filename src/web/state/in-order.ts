// What is done one after the other: what is asked for before the one before it is done, its price still being read, waits for it.

/** Done when it returns, or when what it promises is. */
export type Work = () => void | Promise<void>

/** What is being done; null while nothing is. */
let current: object | null = null
const waiting: Work[] = []

/** Whether something is being done still. */
export function isBusy(): boolean {
  return current !== null
}

/** Does `work` once all that was asked for before it is done. */
export function inOrder(work: Work): void {
  if (current !== null) return void waiting.push(work)
  const done = work()
  if (done === undefined) return
  const mine = {}
  current = mine
  void done.finally(() => {
    if (current === mine) goOn()
  })
}

function goOn(): void {
  current = null
  while (current === null) {
    const next = waiting.shift()
    if (next === undefined) return
    inOrder(next)
  }
}

/** Forgets what waits and no longer waits for what is being done. True where there was any. */
export function forgetWaiting(): boolean {
  const was = current !== null
  waiting.length = 0
  current = null
  return was
}
