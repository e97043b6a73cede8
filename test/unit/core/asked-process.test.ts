// A process that is asked: answers in turn, outlives what fails, is started anew where it ended, and goes when nobody asks.
import { afterEach, expect, it } from 'vitest'
import { AskedProcess } from '../../../src/core/asked-process.ts'
import { until } from '../../patience.ts'
import type { TestQuestion } from './asked.ts'

const MODULE = new URL('asked.ts', import.meta.url)
let asked: AskedProcess<TestQuestion, { said: string; pid: number }>

afterEach(() => asked.stop())

function begin(idle?: number) {
  asked = new AskedProcess(MODULE, {
    failed: (why) => new Error(`failed: ${why}`),
    ...(idle === undefined ? {} : { idle }),
  })
}

it('answers one after the other, each who asked it, and goes on after one that failed', async () => {
  begin()
  const [slow, quick] = await Promise.all([asked.ask({ say: 'a', after: 50 }), asked.ask({ say: 'b' })])
  expect([slow.said, quick.said]).toEqual(['a', 'b'])
  await expect(asked.ask({ say: 'fail' })).rejects.toThrow('failed: it would not')
  expect((await asked.ask({ say: 'c' })).pid).toBe(slow.pid)
})

it('tells all who wait where it ended, and is there again for the next question', async () => {
  begin()
  const { pid } = await asked.ask({ say: 'a' })
  const waiting = [asked.ask({ say: 'end' }), asked.ask({ say: 'b' })]
  for (const settled of await Promise.allSettled(waiting))
    expect(settled).toMatchObject({
      reason: new Error('failed: its process ended before it was done (exit code 3)'),
    })
  expect((await asked.ask({ say: 'c' })).pid).not.toBe(pid)
})

it('stopped, tells at once what was being asked; a question asked after that is another process’s', async () => {
  begin()
  const { pid } = await asked.ask({ say: 'a' })
  const waiting = Promise.allSettled([asked.ask({ say: 'b', after: 60_000 })])
  asked.stop()
  const next = await asked.ask({ say: 'c' })
  expect(await waiting).toMatchObject([{ reason: { message: expect.stringContaining('it was stopped') } }])
  expect(next).toMatchObject({ said: 'c' })
  expect(next.pid).not.toBe(pid)
})

it('goes when it has had nothing to answer for long, and not while it answers', async () => {
  begin(100)
  const first = await asked.ask({ say: 'a', after: 500 })
  expect(first.said).toBe('a')
  await until('the end of the process', () => !isThere(first.pid))
  expect((await asked.ask({ say: 'b' })).pid).not.toBe(first.pid)
})

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
