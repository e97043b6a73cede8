// docs/recipes/add-a-model.md, followed as it is written on a copy of the tree: types hold, the model is listed, learns, and has its canaries.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { effort } from '../../long.ts'
import { copyOf, follow, look, root, runIn, typeErrors } from './recipe.ts'

/** What is seen of the copy's source, in a process of its own. */
interface Seen {
  /** As `GET /api/models` lists them. */
  readonly models: readonly { readonly id: string; readonly name: string; readonly trainable: boolean }[]
  readonly losses: readonly number[]
  /** Of one state, by the learner and by the file it exports. */
  readonly learner: readonly number[]
  readonly exported: readonly number[]
}

/** A few states whose last seconds jump up, down, or not, which are BUY, SELL, HOLD. */
const LOOK = `
import { openDatabase } from './src/core/database.ts'
import { parameterDefaults } from './src/models/defaults.ts'
import { predictInChunks } from './src/models/classifier.ts'
import { MODELS } from './src/models/registry.ts'
import { Session } from './src/nn/runtime.ts'
import { Checkpoints } from './src/orchestrator/checkpoints.ts'
import { systemClock } from './src/core/clock.ts'
import { Orchestrator } from './src/orchestrator/orchestrator.ts'
import { orchestratorMigrations } from './src/orchestrator/schema.ts'
import { jobOptionsOf, resolveParameters } from './src/training/runs/parameters.ts'
import { learnerOptionsOf } from './src/training/learning/job.ts'

const database = openDatabase('look.db', orchestratorMigrations)
const listed = await new Orchestrator({ database, checkpoints: new Checkpoints('checkpoints'), models: MODELS, clock: systemClock, feePctPerSide: 0.1 }).models()
database.close()

const model = MODELS.find(({ id }) => id === 'logistic')
const labels = Int32Array.of(0, 1, 2, 0, 1, 2, 0, 1, 2)
const jump = [1, -1, 0]
const close = (row, candle) => 100 + Math.sin(candle + row) / 10 + jump[labels[row]] * Math.max(0, candle - 94)
const candles = Array.from(labels, (_, row) =>
  Array.from({ length: 100 }, (_, candle) => {
    const [open, now] = [close(row, Math.max(0, candle - 1)), close(row, candle)]
    return [open, Math.max(open, now), Math.min(open, now), now, 1]
  }),
).flat(2)
const names = ['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d']
const inputs = { count: labels.length, tensors: Object.fromEntries(names.map((name) => [name, Float64Array.from(candles)])) }
const batch = { inputs, labels, weights: new Float32Array(labels.length).fill(1) }
const parameters = resolveParameters({ model: 'logistic', batch_size: labels.length }, model, () => 1)
const learner = await model.createLearner({ ...learnerOptionsOf(jobOptionsOf(parameters)), seed: 1, totalSteps: 40 })
const losses = await learner.step(Array(40).fill(batch))
const session = await Session.open(model.exportOnnx(learner.weights()), { threads: 1 })
const exported = await predictInChunks(session, inputs)
const own = await learner.predict(inputs)
await session.close()
await learner.close()
console.log(JSON.stringify({
  models: listed.map(({ id, name, trainable }) => ({ id, name, trainable })),
  losses: [...losses],
  learner: [...own],
  exported: [...exported],
}))
`

const CANARIES = ['every-model', 'logistic'].map((name) => `test/canaries/${name}.test.ts`)

describe('the recipe for a model', () => {
  let copy = ''
  let seen: Seen

  beforeAll(() => {
    copy = copyOf([
      'docs/training.md',
      'scripts/docs',
      'scripts/parameter-table.ts',
      'test/canaries',
      'test/longest-first.ts',
      'test/patience.ts',
      'test/prepared.ts',
      'test/prepared-folder.ts',
      'test/setup.ts',
      'vitest.config.ts',
    ])
    follow(copy, 'add-a-model.md', { diffs: 1, files: 2 })
    seen = look(copy, LOOK) as Seen
    rmSync(join(copy, 'look.mts'))
  })
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  it('lists the model among those that can be trained', () => {
    expect(seen.models).toContainEqual({ id: 'logistic', name: 'Logistic regression', trainable: true })
  })

  it('gives a model that learns, and a file that says what it learned', () => {
    expect(seen.losses.at(-1)).toBeLessThan(0.5 * (seen.losses[0] ?? 0))
    expect(seen.exported).toEqual(seen.learner)
  })

  it.each(effort([], ['part.json']))(
    'holds by its types, with all that the registry and the canaries import (%s)',
    (part) => {
      const files = ['src/models/registry.ts', ...CANARIES]
      writeFileSync(join(copy, part), JSON.stringify({ extends: './tsconfig.json', include: [], files }))
      expect(typeErrors(copy, part)).toBe('')
    },
  )

  it('has canaries, which know it, and one of which it is seen to pass', () => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const names = ['has canaries', 'knows its model', 'finds a planted feature'].join('|')
    const said = runIn(copy, vitest, 'run', '--reporter=json', '--no-cache', '-t', names, ...CANARIES)
    const { testResults } = JSON.parse(said.slice(said.indexOf('{'))) as {
      testResults: { assertionResults: { fullName: string; status: string }[] }[]
    }
    const passed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed')
      .map(({ fullName }) => fullName.trim())
    expect(passed).toEqual(
      expect.arrayContaining([
        'logistic has canaries',
        'canaries of logistic knows its model',
        'canaries of logistic finds a planted feature that gives the future away',
      ]),
    )
  })

  it('stands in the docs', () => {
    runIn(copy, 'scripts/parameter-table.ts')
    const table = readFileSync(join(copy, 'docs/training.md'), 'utf8')
    expect(table).toMatch(/^\| `dropout` \|.*0\.3 \(logistic\)/m)
  })
})
