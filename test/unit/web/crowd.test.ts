// Which marks of a crowded chart are drawn.
import { expect, it } from 'vitest'
import { Crowd, CROWDED } from '../../../src/web/charts/crowd.ts'

it('draws every mark of a chart that is not crowded', () => {
  const crowd = new Crowd(CROWDED)
  expect(crowd.isCrowded).toBe(false)
  expect([10, 10, 10].filter((x) => crowd.takes(x, 'up'))).toHaveLength(3)
})

it('draws one of each side in a few pixels of a crowded one', () => {
  const crowd = new Crowd(CROWDED + 1)
  expect(crowd.isCrowded).toBe(true)
  expect([-3, 0, 3, 4, 20, 21].map((x) => crowd.takes(x, 'up'))).toEqual([
    true,
    false,
    false,
    true,
    true,
    false,
  ])
  expect([0, 3, 4].map((x) => crowd.takes(x, 'down'))).toEqual([true, false, true])
})
