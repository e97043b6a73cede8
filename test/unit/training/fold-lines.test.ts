// A fold of the instant model by taking out what it must not see is the model trained without it.
import { expect, it } from 'vitest'
import { epochMs } from '../../../src/core/time.ts'
import { ACTIONS } from '../../../src/models/model.ts'
import { ROW_SIZE, TURNING } from '../../../src/models/moment-row.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import type { Example } from '../../../src/training/examples/example.ts'
import { allSeconds, labelled } from '../../../src/training/learning/labelled-rows.ts'
import { RowSummer } from '../../../src/training/learning/ridge.ts'
import { foldLines } from '../../../src/training/learning/fold-lines.ts'

const RIDGE = 100

function example(i: number): Example {
  const label = ['BUY', 'SELL', 'HOLD', 'HOLD', 'HOLD'][i % 5]!
  return {
    source: label === 'HOLD' ? 'spread' : 'annotation',
    label: ACTIONS.indexOf(label as (typeof ACTIONS)[number]),
    stretch: 0,
    instant: epochMs(1000 * i),
    seconds: 1 + (i % 3),
    row: null,
    markId: null,
    weight: 0.5 + (i % 4),
  }
}

it('equals the solution of its own examples alone, to a millionth', async () => {
  const examples = Array.from({ length: 60 }, (_, i) => example(i))
  const shown = allSeconds(examples)
  const random = randomFrom(9)
  const rows = Float32Array.from({ length: shown.length * ROW_SIZE }, () => 2 * random() - 1)
  // As the examples of jobs are: the very same objects.
  const jobs = [0, 1, 2].map((fold) => ({ examples: examples.filter((_, i) => i % 3 !== fold) }))
  const summer = await RowSummer.open(TURNING)
  const lines = await foldLines({ shown, rows }, jobs, summer, RIDGE)
  for (const [fold, { examples: own }] of jobs.entries()) {
    const places = [...shown.keys()].filter((i) => own.includes(shown[i]!.example))
    const kept = Float32Array.from(
      places.flatMap((i) => [...rows.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE)]),
    )
    const sums = await summer.sum(
      labelled(
        kept,
        places.map((i) => shown[i]!),
      ),
    )
    const anew = sums.bothWaysUp().solve(RIDGE)
    const apart = anew.weights.map((weight, i) => Math.abs(weight - lines[fold]!.weights[i]!))
    expect(Math.max(...apart)).toBeLessThan(1e-6)
    expect(Math.abs(anew.bias - lines[fold]!.bias)).toBeLessThan(1e-6)
    expect(Math.max(...anew.weights.map(Math.abs))).toBeGreaterThan(1e-4)
  }
  await summer.close()
})
