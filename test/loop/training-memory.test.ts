// Memory does not grow over a long training: many epochs, each with steps, a network frozen for its figures, and a file saved.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { expect, it } from 'vitest'
import { cnn } from '../../src/models/cnn.ts'
import { allStretches } from '../../src/training/examples/example.ts'
import { jobOptionsOf, resolveParameters } from '../../src/training/runs/parameters.ts'
import { planRun } from '../../src/training/runs/plan.ts'
import { stateSource } from '../../src/training/learning/views.ts'
import { trainingPlace } from './training-place.ts'

const LONG = new URL('train-long.ts', import.meta.url).pathname
const EPOCHS = 60
const MB = 1 << 20

it('a training of many pieces stays where it was after the first', async () => {
  const place = await trainingPlace(2)
  const { workspace } = place
  const data = await place.data()
  const parameters = resolveParameters({ model: 'cnn', views: 4, batch_size: 8 }, cnn, () => 1)
  const job = planRun(data, jobOptionsOf(parameters)).jobs[0]!
  const source = stateSource(allStretches(data.markets), data.states)
  const file = join(workspace.root, 'long')
  writeFileSync(file, serialize({ source, job }))
  const args = [file, workspace.trainingState, String(EPOCHS)]
  const child = fork(LONG, args, {
    execArgv: [...process.execArgv, '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const resident: number[] = []
  child.on('message', (bytes: number) => resident.push(bytes))
  await once(child, 'exit')
  place.close()
  expect(resident).toHaveLength(EPOCHS)
  const middle = (part: number[]) => part.toSorted((a, b) => a - b)[part.length >> 1]!
  const [early, late] = [middle(resident.slice(10, 25)), middle(resident.slice(-15))]
  console.info(
    `resident memory: ${Math.round(early / MB)} MB after 18 epochs, ${Math.round(late / MB)} MB after ${EPOCHS - 7}`,
  )
  expect(late - early).toBeLessThan(24 * MB)
}, 300_000)
