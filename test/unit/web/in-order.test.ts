// What is asked for before the one before it is done.
import { beforeEach, expect, it } from 'vitest'
import { forgetWaiting, inOrder, isBusy } from '../../../src/web/state/in-order.ts'

interface Kept {
  readonly promise: Promise<void>
  keep(): void
}

function promised(): Kept {
  let keep = () => {}
  const promise = new Promise<void>((resolve) => {
    keep = resolve
  })
  return { promise, keep: () => keep() }
}

const turn = () => new Promise((resolve) => setTimeout(resolve))

beforeEach(() => void forgetWaiting())

it('does at once what nothing is before', () => {
  const done: number[] = []
  inOrder(() => void done.push(1))
  inOrder(() => void done.push(2))
  expect(done).toEqual([1, 2])
  expect(isBusy()).toBe(false)
})

it('lets what is asked for later wait for what takes its time, in the order it was asked for', async () => {
  const [first, second] = [promised(), promised()]
  const done: string[] = []
  inOrder(async () => {
    await first.promise
    done.push('first')
  })
  inOrder(async () => {
    done.push('second begins')
    await second.promise
    done.push('second')
  })
  inOrder(() => void done.push('third'))
  await turn()
  expect(done).toEqual([])
  expect(isBusy()).toBe(true)
  first.keep()
  await turn()
  expect(done).toEqual(['first', 'second begins'])
  second.keep()
  await turn()
  expect(done).toEqual(['first', 'second begins', 'second', 'third'])
  expect(isBusy()).toBe(false)
})

it('forgets what waits, and waits no longer for what is being done', async () => {
  const first = promised()
  const done: string[] = []
  inOrder(async () => {
    await first.promise
    done.push('first')
  })
  inOrder(() => void done.push('forgotten'))
  expect(forgetWaiting()).toBe(true)
  expect(forgetWaiting()).toBe(false)
  const next = promised()
  inOrder(() => next.promise)
  inOrder(() => void done.push('after the next'))
  // That it ends late begins nothing that waits for another.
  first.keep()
  await turn()
  expect(done).toEqual(['first'])
  next.keep()
  await turn()
  expect(done).toEqual(['first', 'after the next'])
})
