// Processor time by kind of work: all of it is booked, each millisecond once.
import { expect, it } from 'vitest'
import { addSpent, inSeconds, Spending } from '../../../src/training/jobs/spending.ts'

it('books what is told apart on its own kind, and the rest on what was going on', async () => {
  let now = 100
  const spend = (ms: number) => (now += ms)
  const spending = new Spending(() => now)
  spending.turnTo('training')
  spend(5)
  await spending.during('steps', async () => spend(20))
  spend(7)
  spending.turnTo('scoring')
  spend(1)
  await spending.during('steps', async () => spend(2))
  expect(spending.take()).toEqual({ start: 100, training: 12, steps: 22, scoring: 1 })
  spend(3)
  expect(spending.take()).toEqual({ scoring: 3 })
})

it('adds the jobs of a run up, and tells seconds', () => {
  const both = addSpent({ steps: 1200, open: 4 }, { steps: 34, scoring: 56 })
  expect(both).toEqual({ steps: 1234, open: 4, scoring: 56 })
  expect(inSeconds(both)).toEqual({ steps: 1.23, open: 0, scoring: 0.06 })
})
