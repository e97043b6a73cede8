// A job of each model, stopped after its first, a middle and its last piece but one, each time gone on with from its file: weights, figures and scores are those of one that never stopped.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SECOND, epochMs } from '../../src/core/time.ts'
import { cnn } from '../../src/models/cnn.ts'
import { instant as ridge } from '../../src/models/instant.ts'
import type { ModelDefinition } from '../../src/models/model.ts'
import { transformer } from '../../src/models/transformer.ts'
import { encodeWeights } from '../../src/nn/weights.ts'
import type { TrainingData } from '../../src/training/data/training-data.ts'
import { sourceStretches } from '../../src/training/examples/example.ts'
import { JobFiles } from '../../src/training/jobs/job-files.ts'
import { runJob } from '../../src/training/jobs/run-job.ts'
import type { Job, JobResult } from '../../src/training/learning/job.ts'
import { jobOptionsOf, resolveParameters } from '../../src/training/runs/parameters.ts'
import { Paused } from '../../src/training/jobs/paused.ts'
import { planOptionsOf, planRun } from '../../src/training/runs/plan.ts'
import { stateSource, type StateSource } from '../../src/training/learning/views.ts'
import { effort, isLong } from '../long.ts'
import { shortCobRl, shortDqn } from './training-models.ts'
import { dataWithBooks, trainingPlace } from './training-place.ts'

/** Ends a job that hangs; a training takes minutes on a machine that others want too. */
const HANG = 20 * 60_000
let folder: string
let candles: TrainingData
let withBooks: TrainingData
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'annotate-resume-'))
  const place = await trainingPlace(2)
  candles = await place.data({ pretraining: true })
  place.close()
  if (isLong) withBooks = await dataWithBooks(2, shortCobRl)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** One of each way to learn: gradients after a pre-training, a solved line, rewards. The rest goes their ways, and comes by name. */
const SHORT = [
  ['cnn, pre-trained', cnn, { epochs: 1, views: 24, pretraining: true }],
  ['instant', ridge, { epochs: 6 }],
  ['dqn', shortDqn, { epochs: 3, views: 2 }],
] as const
const LONG = [
  ...SHORT,
  ['cnn', cnn, { epochs: 3, views: 24 }],
  ['transformer', transformer, { epochs: 2, views: 24 }],
  ['cob_rl', shortCobRl, { epochs: 3, views: 2, batch_size: 16 }],
] as const

it.each(effort<readonly (typeof LONG)[number][]>(SHORT, LONG))(
  '%s',
  async (id, model: ModelDefinition, body) => {
    const parameters = resolveParameters({ model: id, ...body }, model, () => 5)
    const data = model.needs.length > 0 ? withBooks : candles
    const [own] = planRun(data, jobOptionsOf(parameters), planOptionsOf(model)).jobs
    const source = stateSource(sourceStretches(data), data.states)
    expect(own!.pretraining !== undefined).toBe('pretraining' in body)
    const job = { ...own!, ...lessPretraining(own!), evaluate: scoredMinutes(own!) }
    const files = new JobFiles(join(folder, id))
    let pieces = 0
    const whole = await runJob(model, source, job, { onEpoch: () => {}, onPiece: async () => void pieces++ })
    expect(pieces).toBeGreaterThanOrEqual(6)
    // One job, cut off three times; the pre-trained one in its pre-training, at its end, and after it.
    let done = 0
    for (const stop of [1, Math.ceil(pieces / 2), pieces - 1]) {
      await runPieces(model, source, job, files, stop - done)
      done = stop
    }
    const resume = await files.saved(job)
    expect(resume).not.toBeNull()
    const result = await runJob(model, source, job, { onEpoch: () => {}, ...(resume && { resume }) })
    expect(fingerprint(result)).toBe(fingerprint(whole))
    await files.finish(job, result)
    expect(fingerprint((await files.result(job))!)).toBe(fingerprint(whole))
    expect(await files.saved(job)).toBeNull()
  },
  HANG,
)

/** Five passes over 96 examples: a piece each. */
function lessPretraining({ pretraining }: Job): Partial<Job> {
  return pretraining === undefined ? {} : { pretraining: { ...pretraining, most: 96 } }
}

/** Two ranges of half a minute, so that a job can also be stopped between them. */
function scoredMinutes({ examples }: Job): Job['evaluate'] {
  return examples.slice(0, 2).map(({ stretch, instant }) => ({
    stretch,
    from: instant,
    to: epochMs(instant + 30 * SECOND),
  }))
}

/** Goes on from what is saved, if anything is, and after so many more pieces saves and stops. */
async function runPieces(
  model: ModelDefinition,
  source: StateSource,
  job: Job,
  files: JobFiles,
  count: number,
): Promise<void> {
  let piece = 0
  const resume = await files.saved(job)
  const stopped = runJob(model, source, job, {
    onEpoch: () => {},
    onPiece: async (save) => {
      piece += 1
      if (piece < count) return
      await files.save(job, save())
      throw new Paused()
    },
    ...(resume && { resume }),
  })
  await expect(stopped).rejects.toBeInstanceOf(Paused)
}

function fingerprint({ epochs, mined, scores, weights }: JobResult): string {
  const hash = createHash('sha256').update(JSON.stringify({ epochs, mined }))
  hash.update(encodeWeights(weights!))
  for (const each of scores) hash.update(new Uint8Array(each.buffer, each.byteOffset, each.byteLength))
  return hash.digest('hex')
}
