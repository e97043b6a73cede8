// A model whose weights lie in a file beside it: read there and nowhere else, or refused with how to make one file.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cnn } from '../../../src/models/cnn.ts'
import { TENSOR_NAMES } from '../../../src/contract/timeframes.ts'
import type { ModelInputs } from '../../../src/models/model.ts'
import { Checkpoints } from '../../../src/orchestrator/checkpoints.ts'
import { importModel } from '../../../src/orchestrator/custom/import-model.ts'
import { inOneFile } from '../../../src/orchestrator/custom/own-weights.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import { split } from './external-data.ts'

const FIELD = fileURLToPath(new URL('../../../../shared/field/onnx-external-data/', import.meta.url))
const learner = await cnn.createLearner({
  seed: 3,
  batchSize: 4,
  learningRate: 0.001,
  threads: 1,
  totalSteps: 1,
})
const WHOLE = cnn.exportOnnx(learner.weights())
const STATE: ModelInputs = {
  count: 1,
  tensors: Object.fromEntries(
    TENSOR_NAMES.map((name) => [name, new Float64Array(500).fill(7)]),
  ) as ModelInputs['tensors'],
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'annotate-weights-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A model in two files; the path of the model. */
function beside(location: string, change?: (entries: Record<string, string>) => Record<string, string>) {
  const place = folder()
  const { onnx, data } = split(WHOLE, location, change)
  mkdirSync(join(place, 'model', 'deep'), { recursive: true })
  writeFileSync(join(place, 'model', 'm.onnx'), onnx)
  writeFileSync(join(place, 'outside.data'), data)
  return { path: join(place, 'model', 'm.onnx'), folder: join(place, 'model'), onnx, data }
}

async function answerOf(path: string): Promise<number[]> {
  const checkpoints = new Checkpoints(folder())
  const onnx = await inOneFile(path, readFileSync(path))
  const version = await importModel({ checkpoints, file: path, onnx })
  const predictor = await loadPredictor(await checkpoints.load('custom', version))
  const answer = [...(await predictor.predict(STATE))]
  await predictor.close()
  return answer
}

const refusal = async (path: string): Promise<string> =>
  inOneFile(path, readFileSync(path)).then(
    () => 'taken',
    (error: unknown) => (error as Error).message,
  )

describe('weights beside the model', () => {
  it('are put in, wherever in the folder they lie, and answer as the model in one file', async () => {
    const expected = [...(await learner.predict(STATE))]
    for (const location of ['m.onnx.data', './deep/weights.bin']) {
      const { path, folder: own, data } = beside(location)
      writeFileSync(join(own, location), data)
      expect(await answerOf(path)).toEqual(expected)
    }
  })

  it('may leave out offset and length where a file holds one tensor', async () => {
    const {
      path,
      folder: own,
      data,
    } = beside('one', ({ location, offset, length }) => ({
      location: `${location}-${offset}`,
      ...(Number(length) > 100 ? { length: length! } : {}),
    }))
    for (const { location, length } of splitPlaces(readFileSync(path)))
      writeFileSync(join(own, location), data.subarray(Number(location.slice(4)), length))
    expect(await answerOf(path)).toEqual([...(await learner.predict(STATE))])
  })

  it('leave a model in one file as it is, byte for byte', async () => {
    expect(await inOneFile('/anywhere/m.onnx', WHOLE)).toBe(WHOLE)
    const garbage = new TextEncoder().encode('hello')
    expect(await inOneFile('/anywhere/m.onnx', garbage)).toBe(garbage)
  })
})

/** Each file's name, and where its tensor ends in the data of all. */
function splitPlaces(onnx: Uint8Array): { location: string; length: number }[] {
  const names = [
    ...new Set(
      Buffer.from(onnx)
        .toString('latin1')
        .match(/one-\d+/g),
    ),
  ]
  const starts = names.map((name) => Number(name.slice(4))).toSorted((a, b) => a - b)
  return starts.map((start, index) => ({
    location: `one-${start}`,
    length: starts[index + 1] ?? Number.MAX_SAFE_INTEGER,
  }))
}

describe('weights that are not beside it', () => {
  it('are named, with how to make one file', async () => {
    const { path } = beside('m.onnx.data')
    const words = await refusal(path)
    expect(words).toContain('m.onnx: its weights are in m.onnx.data, which does not lie beside it')
    expect(words).toContain('external_data=False')
    expect(words).toContain('onnx.save(onnx.load("m.onnx")')
  })

  it('are never read outside the folder of the model: by .., by an absolute path, by a link', async () => {
    for (const location of ['../outside.data', 'deep/../../outside.data', '/etc/passwd', 'c:\\x', '']) {
      const { path } = beside(location)
      expect(await refusal(path)).toContain('not in the folder of the model')
    }
    const linked = beside('link')
    symlinkSync(join(linked.folder, '..', 'outside.data'), join(linked.folder, 'link'))
    expect(await refusal(linked.path)).toContain('not in the folder of the model')
  })

  it('are not waited for in a pipe, and not taken for more than there is', async () => {
    const pipe = beside('pipe')
    execFileSync('mkfifo', [join(pipe.folder, 'pipe')])
    expect(await refusal(pipe.path)).toContain('no plain file')
    const cut = beside('cut')
    writeFileSync(join(cut.folder, 'cut'), cut.data.subarray(0, 10))
    expect(await refusal(cut.path)).toMatch(/has 10 bytes where \S+ is \d+ bytes from byte \d+ on/)
    const odd = beside('odd', (entries) => ({ ...entries, offset: '-5' }))
    writeFileSync(join(odd.folder, 'odd'), odd.data)
    expect(await refusal(odd.path)).toContain('from byte -5 on')
  })

  it('are told of where only the model comes, as over HTTP', async () => {
    const { onnx } = split(WHOLE, 'm.onnx.data')
    await expect(
      importModel({ checkpoints: new Checkpoints(folder()), file: 'm.onnx', onnx }),
    ).rejects.toThrow(/its weights are in m\.onnx\.data: export in one file with torch\.onnx\.export/)
  })
})

describe.skipIf(!existsSync(FIELD))('the field case (../shared/field, where it is)', () => {
  it('reads what PyTorch writes by default, in two files', async () => {
    const answer = await answerOf(join(FIELD, 'm-wx.onnx'))
    expect(answer.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
  })
})
