// A process that is asked by a test: says what it was told after so long, fails, or ends.
import { setTimeout as sleep } from 'node:timers/promises'
import { answering } from '../../../src/core/answering.ts'

export interface TestQuestion {
  readonly say: string
  readonly after?: number
}

answering(async ({ say, after = 0 }: TestQuestion): Promise<{ said: string; pid: number }> => {
  await sleep(after)
  if (say === 'fail') throw new Error('it would not')
  if (say === 'end') process.exit(3)
  return { said: say, pid: process.pid }
})
