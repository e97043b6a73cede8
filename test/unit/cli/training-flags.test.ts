// How to train, said by options and by a file: the same names, one schema, options win.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { trainingBody, withTrainingFlags, type TrainingFlags } from '../../../src/cli/training-flags.ts'
import { TrainingBody } from '../../../src/contract/training-parameters.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'annotate-flags-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function bodyOf(...args: string[]): Promise<TrainingBody> {
  const command = withTrainingFlags(new Command('train').exitOverride())
  return trainingBody(command.parse(args, { from: 'user' }).opts<TrainingFlags>())
}

async function file(content: unknown): Promise<string> {
  const path = join(folder, 'settings.json')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('options', () => {
  it('become fields of the request', async () => {
    const said =
      '--model cnn --epochs 20 --batch-size 8 --learning-rate 2e-4 --schedule linear --class-weights BUY=2,SELL=2,HOLD=1 ' +
      '--no-augmentation --pattern * --warm-start 0003 --mixed-sources --early-stopping 5'
    const body = await bodyOf(...said.split(' '))
    expect(body).toEqual({
      model: 'cnn',
      epochs: 20,
      batch_size: 8,
      learning_rate: 2e-4,
      schedule: 'linear',
      class_weights: { BUY: 2, SELL: 2, HOLD: 1 },
      augmentation: false,
      pattern: '*',
      warm_start: '0003',
      mixed_sources: true,
      early_stopping: 5,
    })
  })

  it('exist for every parameter of the request', () => {
    const command = withTrainingFlags(new Command('train'))
    const known = command.options.map((option) => option.attributeName())
    const elsewhere = new Set(['symbol', 'venue', 'annotation_ids', 'tags', 'from', 'to'])
    const fields = Object.keys(TrainingBody.properties).filter((name) => !elsewhere.has(name))
    const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    expect(known).toEqual(expect.arrayContaining(fields.map(camel)))
  })

  it('win over the file, and both are checked by the schema', async () => {
    const config = await file({ model: 'cnn', epochs: 5, dropout: 0.3, tags: ['breakout'] })
    expect(await bodyOf('--config', config, '--epochs', '7')).toEqual({
      model: 'cnn',
      epochs: 7,
      dropout: 0.3,
      tags: ['breakout'],
    })
    await expect(bodyOf('--config', config, '--dropout', '1.5')).rejects.toThrow(/dropout is 1\.5/)
    await expect(bodyOf('--config', await file({ model: 'cnn', epoch: 5 }))).rejects.toThrow(
      /Unknown field "epoch"\. Known fields: .*epochs/,
    )
    await expect(bodyOf('--config', await file({ model: 'cnn', epochs: '5' }))).rejects.toThrow(
      /epochs is "5": expected integer/,
    )
  })

  it('name what is wrong with the file', async () => {
    await expect(bodyOf('--config', join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'invalid_config',
    })
    await expect(bodyOf('--config', await file('{'))).rejects.toMatchObject({ code: 'invalid_config' })
    await expect(bodyOf('--config', await file([1]))).rejects.toThrow(/no JSON object/)
    await expect(bodyOf('--epochs', '3')).rejects.toThrow(/--model/)
  })
})
