// docs/recipes/add-a-training-parameter.md, followed as it is written on a copy of the tree: the row alone brings the parameter everywhere.
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyOf, follow, look } from './recipe.ts'

const NAME = 'label_smoothing'

/** What is seen of the copy's source, in a process of its own. */
interface Seen {
  readonly schema: {
    readonly maximum?: number
    readonly exclusiveMaximum?: number
    readonly description: string
  }
  readonly help: string
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly refused: string
  readonly body: object
  readonly stored: object
  readonly table: string
  /** Training loss of the same batch by the value that was set. */
  readonly losses: readonly number[]
}

/** Says all of it as JSON; `src` is the copy's. */
const LOOK = `
import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { TrainingBody } from './src/contract/training-parameters.ts'
import { trainingBody, withTrainingFlags } from './src/cli/training-flags.ts'
import { fieldsOf } from './src/web/training/fields.ts'
import { MODELS } from './src/models/registry.ts'
import { cnn } from './src/models/cnn.ts'
import { parameterDefaults } from './src/models/defaults.ts'
import { jobOptionsOf, resolveParameters } from './src/training/runs/parameters.ts'
import { learnerOptionsOf } from './src/training/learning/job.ts'
import { withTable } from './scripts/docs/parameter-table.ts'

const command = withTrainingFlags(new Command('train').exitOverride())
const body = await trainingBody(command.parse(['--model', 'cnn', '--label-smoothing', '0.25'], { from: 'user' }).opts())
const rows = 4
const price = (i) => 100 + Math.sin(i)
const tensors = Object.fromEntries(
  ['ohlcv_1s', 'ohlcv_1m', 'ohlcv_1h', 'ohlcv_1d'].map((name) => [name, Float64Array.from({ length: rows * 500 }, (_, i) => price(i))]),
)
const batch = { inputs: { count: rows, tensors }, labels: Int32Array.of(0, 1, 2, 2), weights: new Float32Array(rows).fill(1) }
const lossWith = async (asked) => {
  const parameters = resolveParameters({ model: 'cnn', batch_size: rows, ...asked }, cnn, () => 1)
  const learner = await cnn.createLearner({ ...learnerOptionsOf(jobOptionsOf(parameters)), seed: 1, totalSteps: 1 })
  const [loss] = await learner.step([batch])
  await learner.close()
  return loss
}
let refused = ''
try {
  resolveParameters({ model: 'dqn', label_smoothing: 0.1 }, MODELS.find(({ id }) => id === 'dqn'), () => 1)
} catch (error) {
  refused = error.message
}
const fields = MODELS.map((model) => [model.id, fieldsOf({ defaults: parameterDefaults(model.defaults) }).map(({ label }) => label)])
console.log(JSON.stringify({
  schema: TrainingBody.properties.label_smoothing,
  help: command.helpInformation(),
  fields: Object.fromEntries(fields),
  refused,
  body,
  stored: resolveParameters(body, cnn, () => 1),
  table: withTable(readFileSync('docs/training.md', 'utf8')),
  losses: [await lossWith({}), await lossWith({ label_smoothing: 0.01 }), await lossWith({ label_smoothing: 0.25 })],
}))
`

describe('the recipe for a training parameter', { timeout: 240_000 }, () => {
  let copy = ''
  let seen: Seen

  beforeAll(() => {
    copy = copyOf(['scripts', 'docs'])
    follow(copy, 'add-a-training-parameter.md', { diffs: 2, files: 0 })
    seen = look(copy, LOOK) as Seen
  }, 240_000)
  afterAll(() => rmSync(copy, { recursive: true, force: true }))

  it('adds it to the request, with its limits and words', () => {
    expect(seen.schema).toMatchObject({ exclusiveMaximum: 1, description: expect.stringContaining('target') })
  })

  it('adds an option with help, which reaches the body', () => {
    expect(seen.help).toMatch(/--label-smoothing <share>\s+share of the target/)
    expect(seen.body).toEqual({ model: 'cnn', [NAME]: 0.25 })
  })

  it('offers a field on the page for the models that have it, with their own default', () => {
    expect(seen.fields['cnn']).toContain('Label smoothing')
    expect(seen.fields['transformer']).toContain('Label smoothing')
    expect(seen.fields['dqn']).not.toContain('Label smoothing')
    expect(seen.refused).toMatch(/dqn has no label_smoothing/)
  })

  it('is stored with the run, and stands in the docs', () => {
    expect(seen.stored).toMatchObject({ [NAME]: 0.25, batch_size: 32 })
    expect(seen.table).toContain(`| \`${NAME}\` | 0.01 (cnn, transformer) | share of the target`)
  })

  it('reaches the learner: another loss where it is set, the same as before where it is not', () => {
    const [usual, same, other] = seen.losses
    expect(same).toBe(usual)
    expect(other).not.toBeCloseTo(usual ?? Number.NaN, 4)
  })
})
