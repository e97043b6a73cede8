// The recipe of a model brought from PyTorch, run as it stands in the docs; skipped, saying so, where no PyTorch is installed.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { npzBytes } from '../../src/annotation/interchange/npy.ts'
import { TENSOR_NAMES } from '../../src/contract/timeframes.ts'
import { writeFileWhole } from '../../src/core/files.ts'
import { Annotations } from '../../src/annotation/annotations.ts'
import { RejectedHolds } from '../../src/annotation/rejected-holds.ts'
import { ReviewedSpans } from '../../src/annotation/reviewed-spans.ts'
import { TestCases } from '../../src/annotation/test-cases.ts'
import { systemClock } from '../../src/core/clock.ts'
import type { ModelInputs } from '../../src/models/model.ts'
import { Checkpoints } from '../../src/orchestrator/checkpoints.ts'
import { importModel } from '../../src/orchestrator/custom/import-model.ts'
import { loadPredictor } from '../../src/orchestrator/load-predictor.ts'
import { loadTrainingData } from '../../src/training/data/load-data.ts'
import { trainingSetArrays } from '../../src/training/runs/training-set.ts'
import { trainingPlace, type TrainingPlace } from './training-place.ts'

const RECIPE = fileURLToPath(new URL('../../docs/recipes/bring-your-own-model.md', import.meta.url))
const PYTHON = pythonWithTorch()
if (PYTHON === null) {
  process.stderr.write(
    'No Python with torch and onnx (ANNOTATE_PYTHON): the recipe of your own model is skipped.\n',
  )
}

let place: TrainingPlace
let arrays: ReturnType<typeof trainingSetArrays>
beforeAll(async () => {
  place = await trainingPlace(4)
  const { database, workspace, reader } = place
  const parts = { database, workspace, reader, clock: systemClock }
  const sources = {
    annotations: new Annotations(parts),
    testCases: new TestCases(parts),
    reviewedSpans: new ReviewedSpans(parts),
    rejectedHolds: new RejectedHolds(parts),
    reader: place.reader,
    folder: place.workspace.testCases,
  }
  arrays = trainingSetArrays(await loadTrainingData(sources, {}), 1)
})
afterAll(() => place.close())

describe('the training set', () => {
  it('has the seconds of each entry zone and of each HOLD, which weigh 1 together', () => {
    const label = numbersOf('label')
    const [example, weight] = [numbersOf('example'), numbersOf('weight')]
    expect(new Set(label)).toEqual(new Set([0, 1, 2]))
    const sums = new Map<number, number>()
    for (const [row, number] of example.entries()) sums.set(number, (sums.get(number) ?? 0) + weight[row]!)
    for (const sum of sums.values()) expect(sum).toBeCloseTo(1, 9)
    expect(arrays['ohlcv_1m']!.shape).toEqual([label.length, 100, 5])
    const marked = new Set(example.filter((_, row) => label[row] !== 2))
    expect(marked.size).toBe(4)
  })
})

describe.skipIf(PYTHON === null)('a model from PyTorch', () => {
  it(
    'learns from the exported examples, comes in and answers as it did there',
    { timeout: 120_000 },
    async () => {
      const [set, file] = [join(place.workspace.root, 'set.npz'), join(place.workspace.root, 'mine.onnx')]
      await writeFileWhole(set, await npzBytes(arrays))
      execFileSync(PYTHON!, ['-W', 'ignore', '-c', scriptOf(RECIPE), set, file], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const checkpoints = new Checkpoints(place.workspace.checkpoints)
      const version = await importModel({ checkpoints, file, onnx: readFileSync(file) })
      const predictor = await loadPredictor(await checkpoints.load('custom', version))
      const answer = await predictor.predict(firstRow())
      await predictor.close()
      const theirs = readFileSync(`${file}.npy`)
      const expected = Array.from({ length: 3 }, (_, i) => theirs.readFloatLE(theirs.length - 12 + 4 * i))
      for (const [i, p] of answer.entries()) expect(p).toBeCloseTo(expected[i]!, 5)
      expect(answer[numbersOf('label')[0]!]).toBeGreaterThan(0.5)
    },
  )
})

/** The script of the recipe, without the indent of its list. */
function scriptOf(path: string): string {
  const [, block] = /```python\n([\s\S]*?)\n\s*```/.exec(readFileSync(path, 'utf8'))!
  return block!.replaceAll(/^ {3}/gm, '')
}

function firstRow(): ModelInputs {
  const tensors = Object.fromEntries(
    TENSOR_NAMES.map((name) => [name, (arrays[name]!.values as Float64Array).slice(0, 500)]),
  )
  return { count: 1, tensors: tensors as ModelInputs['tensors'] }
}

function numbersOf(name: string): number[] {
  return Array.from(arrays[name]!.values as ArrayLike<number | bigint>, Number)
}

function pythonWithTorch(): string | null {
  for (const program of [process.env['ANNOTATE_PYTHON'], 'python3', 'python']) {
    if (program === undefined) continue
    try {
      execFileSync(program, ['-c', 'import torch, onnx'], { stdio: 'ignore' })
      return program
    } catch {
      continue
    }
  }
  return null
}
