// The instant model: its rows and their mirror image, inside the graph and beside it, and what is exported of a solution.
import { describe, expect, it } from 'vitest'
import { instant } from '../../../src/models/instant.ts'
import { ACTIONS, type ModelInputs } from '../../../src/models/model.ts'
import { exportMomentRow, ROW_SIZE, TURNING, turnedRow } from '../../../src/models/moment-row.ts'
import { predictInChunks } from '../../../src/models/classifier.ts'
import { emit } from '../../../src/nn/emit.ts'
import { randomFrom } from '../../../src/nn/random.ts'
import { float32, float64, Session } from '../../../src/nn/runtime.ts'
import { BATCH, input } from '../../../src/nn/value.ts'
import { lineWeights } from '../../../src/training/learning/ridge.ts'
import { mirrored, silentWindows, toInputs, windowsOf } from './windows.ts'

const windows = Array.from({ length: 6 }, (_, i) =>
  windowsOf({ seed: 40 + i, elapsed: [7 * i + 1, 5 * i + 1, 3 * i + 1], quiet: i / 10 }),
)

async function rowsOf(inputs: ModelInputs): Promise<Float32Array> {
  const session = await Session.open(exportMomentRow(), { threads: 1 })
  const feeds = Object.entries(inputs.tensors).map(([name, data]) => [
    name,
    float64(data, [inputs.count, 100, 5]),
  ])
  const { row } = await session.run(Object.fromEntries(feeds))
  await session.close()
  return row as Float32Array
}

/** A solution that no number of the row is left out of. */
function anyWeights() {
  const random = randomFrom(5)
  return lineWeights({ weights: Float64Array.from({ length: ROW_SIZE }, () => random() - 0.5), bias: 0.25 })
}

describe('a row', () => {
  it('is 484 finite numbers, also of a silent market', async () => {
    const rows = await rowsOf(toInputs([...windows, silentWindows(61_234.01)]))
    expect(ROW_SIZE).toBe(484)
    expect(rows).toHaveLength(7 * ROW_SIZE)
    expect(rows.every(Number.isFinite)).toBe(true)
  })

  it('turned upside down is the row of the market turned upside down', async () => {
    const rows = await rowsOf(toInputs(windows))
    const ofMirrored = await rowsOf(toInputs(windows.map(mirrored)))
    for (let i = 0; i < rows.length; i++) {
      const start = i - (i % ROW_SIZE)
      const turned = TURNING.sign[i % ROW_SIZE]! * rows[start + TURNING.from[i % ROW_SIZE]!]!
      expect(turned).toBeCloseTo(ofMirrored[i]!, 4)
    }
  })

  it('is turned in the graph as beside it, to the bit', async () => {
    const row = input('row', 'float32', [BATCH, ROW_SIZE])
    const session = await Session.open(
      emit({ name: 'turn', inputs: [row], outputs: { turned: turnedRow(row) } }),
      { threads: 1 },
    )
    const given = await rowsOf(toInputs(windows.slice(0, 1)))
    const { turned } = await session.run({ row: float32(given, [1, ROW_SIZE]) })
    const beside = Float32Array.from(TURNING.from, (from, i) => TURNING.sign[i]! * given[from]!)
    expect([...(turned as Float32Array)].map((x) => x + 0)).toEqual([...beside].map((x) => x + 0))
    await session.close()
  })
})

describe('the exported model', () => {
  it('gives the mirrored market the same answer with BUY and SELL exchanged', async () => {
    const session = await Session.open(instant.exportOnnx(anyWeights()), { threads: 1 })
    const upright = await predictInChunks(session, toInputs(windows))
    const upsideDown = await predictInChunks(session, toInputs(windows.map(mirrored)))
    for (let row = 0; row < windows.length; row++) {
      const [buy, sell, hold] = upright.subarray(row * ACTIONS.length)
      const [otherBuy, otherSell, otherHold] = upsideDown.subarray(row * ACTIONS.length)
      expect(buy).toBeCloseTo(otherSell!, 4)
      expect(sell).toBeCloseTo(otherBuy!, 4)
      expect(hold).toBeCloseTo(otherHold!, 4)
      expect(buy! + sell! + hold!).toBeCloseTo(1, 5)
    }
    await session.close()
  })

  it('is its head on the rows of the same states', async () => {
    const inputs = toInputs(windows)
    const whole = await Session.open(instant.exportOnnx(anyWeights()), { threads: 1 })
    const head = await Session.open(instant.closedForm.exportHead(anyWeights()), { threads: 1 })
    const rows = await rowsOf(inputs)
    const { probabilities } = await head.run({ row: float32(rows, [windows.length, ROW_SIZE]) })
    const expected = await predictInChunks(whole, inputs)
    for (const [i, probability] of (probabilities as Float32Array).entries()) {
      expect(probability).toBeCloseTo(expected[i]!, 5)
    }
    await Promise.all([whole.close(), head.close()])
  })
})
