// What a run can be told: parameters, which annotations, a checkpoint to begin from; and runs compared and exported afterwards.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import type { TrainingBody } from '../../src/contract/training-parameters.ts'
import { Checkpoints } from '../../src/orchestrator/checkpoints.ts'
import { exportMlflow } from '../../src/training/runs/mlflow.ts'
import { trainingPlace, type TrainingPlace } from './training-place.ts'

const MLFLOW = '/opt/mlflow/bin/python'

let place: TrainingPlace
let ids: string[]
beforeAll(async () => {
  place = await trainingPlace(4)
  const annotations = await place.annotations.list({})
  ids = annotations.map(({ id }) => id)
  tag(0, 'breakout')
  tag(1, 'breakout', 'late')
  tag(2, 'fade')
  tag(3)
})
afterAll(() => place.close())

function tag(index: number, ...tags: string[]): void {
  place.database.sqlite
    .prepare('UPDATE annotation SET tags = ? WHERE id = ?')
    .run(JSON.stringify(tags), ids[index])
}

async function complete(body: Partial<TrainingBody>): Promise<TrainingRunOut> {
  const service = place.service()
  const { id } = await service.start({ model: 'tiny', seed: 3, epochs: 2, ...body })
  await service.settled()
  return service.get(id)
}

async function metadataOf({ model, checkpoint }: TrainingRunOut) {
  return (await new Checkpoints(place.workspace.checkpoints).load(model, checkpoint!)).metadata
}

describe('the pattern', () => {
  it('is asked for where there are several', async () => {
    await expect(place.service().start({ model: 'tiny' })).rejects.toMatchObject({
      code: 'choose_pattern',
      status: 422,
      details: {
        patterns: [
          { pattern: 'breakout', annotations: 2 },
          { pattern: 'fade', annotations: 1 },
        ],
        untagged: 1,
      },
    })
    expect(await place.service().list()).toEqual([])
  })

  it('narrows the annotations, and the run and its checkpoint carry it', async () => {
    const run = await complete({ pattern: 'breakout' })
    expect(run).toMatchObject({
      status: 'COMPLETED',
      pattern: 'breakout',
      test_cases: 2,
      warnings: [expect.stringMatching(/^Not told apart from the instant model, .* fewer than 5 episodes/)],
    })
    expect(await metadataOf(run)).toMatchObject({ pattern: 'breakout', parent: null })
  })

  it('may be any, or follow from the annotations that are chosen', async () => {
    expect(await complete({ pattern: '*' })).toMatchObject({ pattern: null, test_cases: 4 })
    const mixed = await complete({ annotation_ids: [ids[2]!, ids[3]!] })
    expect(mixed).toMatchObject({ pattern: 'fade', test_cases: 2 })
    expect(mixed.warnings[0]).toMatch(/1 of 2 annotations have no tag/)
  })

  it('goes with tags and dates', async () => {
    expect(await complete({ tags: ['late', 'fade'], pattern: '*' })).toMatchObject({ test_cases: 2 })
    const [first, second] = await place.annotations.list({})
    const between = { from: first!.entry.timestamp, to: second!.entry.timestamp }
    expect(await complete(between)).toMatchObject({ pattern: 'breakout', test_cases: 1, selection: between })
  })
})

describe('parameters', () => {
  it('stand in the run, the result file and the checkpoint, and change the training', async () => {
    const one = { pattern: '*', annotation_ids: ids.slice(0, 1) }
    const run = await complete({ ...one, batch_size: 8, views: 2, holds_per_annotation: 2 })
    expect(run.parameters).toMatchObject({ batch_size: 8, views: 2, holds_per_annotation: 2, seeds: 1 })
    expect(run.parameters).toMatchObject({ dropout: null, schedule: null, augmentation: true })
    expect((await metadataOf(run)).parameters).toEqual(run.parameters)
    const result = JSON.parse(
      readFileSync(join(place.workspace.trainingResults, `${run.id}.json`), 'utf8'),
    ) as TrainingRunOut
    expect(result.parameters).toEqual(run.parameters)
    const usual = await complete(one)
    expect(run.examples).toBeLessThan(usual.examples)
    const plain = await complete({ ...one, augmentation: false })
    expect(plain.parameters.views).toBe(1)
    expect(plain.loss).not.toBe(usual.loss)
  })

  it('have fewer models validated than there are episodes, the instant model beside them in the same way', async () => {
    const run = await complete({ pattern: '*', folds: 2 })
    expect(run.parameters.folds).toBe(2)
    expect(run.validation).toMatchObject({ method: 'leave_one_episode_out', episodes: 4, folds: 2 })
    expect(run.validation?.held_out).toHaveLength(4)
    expect(run.validation?.against_instant?.episodes).toBe(4)
    const each = await complete({ pattern: '*' })
    expect(each.validation).toMatchObject({ episodes: 4, folds: 4 })
    expect(run.validation?.seconds_scored).toBe(each.validation?.seconds_scored)
  })

  it('that the model does not have are refused by name', async () => {
    await expect(complete({ pattern: '*', dropout: 0.5 })).rejects.toMatchObject({
      code: 'unsupported_parameter',
      status: 422,
      field: 'dropout',
    })
  })

  it('pre-train where the model can be: the stored market teaches its encoder first', async () => {
    const small = { model: 'cnn', pattern: '*', annotation_ids: ids.slice(0, 1), epochs: 1, views: 1 }
    const run = await complete({ ...small, pretraining: true })
    expect(run).toMatchObject({ status: 'COMPLETED', parameters: { pretraining: true } })
    expect(run.warnings.join()).not.toContain('Nothing is pre-trained')
    expect((await metadataOf(run)).parameters).toMatchObject({ pretraining: true })
    const without = await complete(small)
    expect(without.parameters.pretraining).toBe(false)
    expect(run.loss).not.toBe(without.loss)
    await expect(complete({ pattern: '*', pretraining: true })).rejects.toMatchObject({
      code: 'unsupported_parameter',
      field: 'pretraining',
    })
  }, 180_000)

  it('stop early where the training loss hardly falls', async () => {
    const hardly = { epochs: 40, early_stopping: 2, learning_rate: 1e-6 }
    const run = await complete({ pattern: '*', annotation_ids: ids.slice(0, 1), ...hardly })
    expect(run.status).toBe('COMPLETED')
    expect(run.stopped_early).toBe(3)
    expect(run.epochs).toHaveLength(3)
  })
})

describe('a warm start', () => {
  it('begins from the weights of a checkpoint and tells of old and new cases apart', async () => {
    // Entries count as much as the HOLDs beside them.
    const how = { epochs: 6, class_weights: 'balanced' } as const
    const parent = await complete({ annotation_ids: ids.slice(0, 2), ...how })
    const child = await complete({ annotation_ids: ids.slice(2), warm_start: parent.checkpoint!, ...how })
    expect(child.error).toBeNull()
    const { old, new: fresh, missing } = child.warm_start!
    expect(missing).toEqual([])
    expect(old).toMatchObject({ test_cases: 2, trained_on: 0 })
    expect(fresh).toMatchObject({ test_cases: 2, trained_on: 2 })
    // Fresh weights of this model say a third of everything: the parent's know something of the new cases, too.
    expect(fresh.loss_before!).toBeLessThan(0.8 * Math.log(3))
    expect(old.loss_before!).toBeLessThan(0.8 * Math.log(3))
    expect(old.loss_after).not.toBe(old.loss_before)
    expect(fresh.loss_after).not.toBe(fresh.loss_before)
    expect(await metadataOf(child)).toMatchObject({ parent: parent.checkpoint })
    expect(child.warnings.join()).toContain('have seen what is held out')
    const same = await complete({ annotation_ids: ids.slice(2), ...how })
    expect(same.loss).not.toBe(child.loss)
  })

  it('from a checkpoint that is not there is refused', async () => {
    await expect(complete({ pattern: '*', warm_start: '9999' })).rejects.toMatchObject({
      code: 'unknown_checkpoint',
      status: 404,
    })
  })
})

describe('runs that are over', () => {
  it('are compared: settings, figures, curves, test cases', async () => {
    const first = await complete({ annotation_ids: ids.slice(0, 2) })
    const second = await complete({ annotation_ids: ids.slice(1, 3), pattern: '*', learning_rate: 0.1 })
    const compared = await place.service().compare([first.id, second.id])
    expect(compared.runs.map((run) => run.epochs.length)).toEqual([2, 2])
    expect(compared.parameters.find(({ name }) => name === 'learning_rate')).toEqual({
      name: 'learning_rate',
      values: [0.3, 0.1],
      differs: true,
    })
    expect(compared.parameters.find(({ name }) => name === 'seed')).toMatchObject({ differs: false })
    expect(compared.metrics.find(({ name }) => name === 'loss')!.values).toEqual([first.loss, second.loss])
    const caseOf = (id: string) => `annotation_${id}`
    expect(compared.data).toEqual([
      { run: second.id, added: [caseOf(ids[2]!)], removed: [caseOf(ids[0]!)], changed: [], same: 1 },
    ])
  })

  it("are exported in MLflow's layout", async () => {
    const run = await complete({ pattern: 'breakout' })
    const out = mkdtempSync(join(tmpdir(), 'annotate-mlflow-'))
    try {
      const sources = {
        out,
        result: join(place.workspace.trainingResults, `${run.id}.json`),
        checkpoint: join(place.workspace.checkpoints, 'tiny', run.checkpoint!),
      }
      await exportMlflow(run, sources)
      const written = await exportMlflow(run, sources)
      const at = (...parts: string[]) => join(written.path, ...parts)
      expect(readdirSync(join(out, 'mlruns'))).toEqual([written.experiment_id])
      expect(readFileSync(at('params', 'epochs'), 'utf8')).toBe('2')
      const losses = readFileSync(at('metrics', 'loss'), 'utf8').trim().split('\n')
      expect(losses.map((line) => line.split(' ').slice(1))).toEqual(
        run.epochs.map(({ loss, epoch }) => [String(loss), String(epoch)]),
      )
      expect(readFileSync(at('meta.yaml'), 'utf8')).toContain(`run_id: "${written.run_id}"`)
      const copied = readdirSync(at('artifacts', 'checkpoint')).toSorted()
      expect(copied).toEqual(readdirSync(sources.checkpoint).toSorted())
      expect(copied).toEqual(
        expect.arrayContaining(['metadata.json', 'model.onnx', 'oddness.safetensors', 'weights.safetensors']),
      )
      if (existsSync(MLFLOW)) expect(asMlflowReads(out)).toEqual(expectedOf(run, written))
      else console.info(`MLflow itself is not asked: no ${MLFLOW}`)
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })
})

function expectedOf(run: TrainingRunOut, written: { run_id: string }) {
  return {
    experiment: 'annotate-tiny',
    run_id: written.run_id,
    status: 'FINISHED',
    epochs: '2',
    pattern: 'breakout',
    losses: run.epochs.map(({ loss, epoch }) => [epoch, loss]),
    artifacts: ['checkpoint', 'result.json'],
  }
}

function asMlflowReads(folder: string): unknown {
  const program = `
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri="file://" + sys.argv[1] + "/mlruns")
experiment = next(e for e in client.search_experiments() if e.name.startswith("annotate"))
run, = client.search_runs([experiment.experiment_id])
print(json.dumps({
  "experiment": experiment.name, "run_id": run.info.run_id, "status": run.info.status,
  "epochs": run.data.params["epochs"], "pattern": run.data.tags["annotate.pattern"],
  "losses": [[m.step, m.value] for m in client.get_metric_history(run.info.run_id, "loss")],
  "artifacts": sorted(f.path for f in client.list_artifacts(run.info.run_id)),
}))`
  const env = { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_ALLOW_FILE_STORE: 'true' }
  return JSON.parse(
    execFileSync(MLFLOW, ['-c', program, folder], { encoding: 'utf8', env }).trim().split('\n').at(-1)!,
  )
}
