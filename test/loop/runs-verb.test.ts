// `annotate train` and `annotate runs` as processes: a run cut off by SIGTERM is saved, listed, gone on with, compared and exported.
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { RunsCompared } from '../../src/contract/runs-compared.ts'
import type { TrainingRunOut } from '../../src/contract/training.ts'
import { annotate, annotateJson, start, stop } from '../unit/cli/annotate.ts'
import { until } from '../patience.ts'
import { trainingPlace } from './training-place.ts'

/** Long enough to be met on the way, also on a fast machine. */
const EPOCHS = 24
const VIEWS = 2
/** Its process is up: in whichever epoch, or in a fold, it is by then. */
const UNDER_WAY = /epoch \d+ of 24|validating/

let workspace: string
beforeAll(async () => {
  const place = await trainingPlace(2)
  workspace = place.workspace.root
})

it('is saved when it is cut off, and goes on', async () => {
  const at = ['--workspace', workspace]
  const config = join(workspace, 'settings.json')
  writeFileSync(config, JSON.stringify({ model: 'cnn', seed: 4, epochs: EPOCHS, views: VIEWS }))
  const running = start('train', '--config', config, '--json', ...at)
  const ended = once(running.process, 'close')
  await until('an epoch', () => UNDER_WAY.test(running.stderr()), { state: running.stderr })
  const { code } = await stop(running)
  await ended
  expect(code).toBe(1)
  const [cut] = (await annotateJson<{ training_runs: TrainingRunOut[] }>('runs', 'list', ...at)).training_runs
  expect(cut).toMatchObject({ status: 'INTERRUPTED', model: 'cnn' })
  expect(cut!.parameters).toMatchObject({ seed: 4, epochs: EPOCHS, views: VIEWS })
  const resumed = await annotateJson<TrainingRunOut>('runs', 'resume', cut!.id, ...at)
  expect(resumed).toMatchObject({ id: cut!.id, status: 'COMPLETED', checkpoint: '0001' })
  const whole = await annotateJson<TrainingRunOut>('train', '--config', config, ...at)
  expect(whole.epochs.map(({ loss }) => loss)).toEqual(resumed.epochs.map(({ loss }) => loss))
  const out = join(workspace, 'out')
  const [compared, inWords, listed, over, written] = await Promise.all([
    annotateJson<RunsCompared>('runs', 'compare', cut!.id, whole.id, ...at),
    annotate('runs', 'compare', cut!.id, whole.id, ...at),
    annotate('runs', 'list', ...at),
    annotate('runs', 'pause', cut!.id, ...at),
    annotateJson<{ path: string }>('export', 'mlflow', '--run', cut!.id, '--out', out, ...at),
  ])
  expect(compared.parameters.filter(({ differs }) => differs)).toEqual([])
  expect(compared.data[0]).toMatchObject({ added: [], removed: [], changed: [], same: 2 })
  expect(inWords.stdout).toContain('Same settings.')
  expect(listed.stdout).toMatch(/COMPLETED +24\/24/)
  expect(over).toMatchObject({ code: 1 })
  expect(over.stderr).toContain('[run_is_over]')
  expect(existsSync(join(written.path, 'artifacts', 'checkpoint', 'model.onnx'))).toBe(true)
}, 600_000)
