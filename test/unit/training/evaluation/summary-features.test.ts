// The regression's summaries: of one state after the other as of each by itself, to the bit.
import { expect, it } from 'vitest'
import { SECOND, epochMs } from '../../../../src/core/time.ts'
import { StateSweep } from '../../../../src/market-state/sweep.ts'
import { allocateInputs } from '../../../../src/market-state/tensors.ts'
import {
  SUMMARIES,
  unitsOfStates,
  writeSummaries,
} from '../../../../src/training/evaluation/summary-features.ts'
import { START, demoSlice } from '../demo-slice.ts'

const slice = demoSlice(3, { from: START, to: epochMs(START + 600 * SECOND) })

it('carries the units of a second to the next, over the minutes, and wherever it goes then', () => {
  const [sweep, units, inputs] = [new StateSweep(slice), unitsOfStates(), allocateInputs(1)]
  const seconds = [...Array.from({ length: 150 }, (_, i) => 200 + i), 500, 210, 211, 213, 320]
  for (const second of seconds) {
    expect(sweep.writeAt(epochMs(START + second * SECOND), inputs, 0)).toBe(true)
    const [carried, alone] = [new Float32Array(SUMMARIES), new Float32Array(SUMMARIES)]
    writeSummaries(inputs, 0, carried, 0, units)
    writeSummaries(inputs, 0, alone, 0, unitsOfStates())
    expect(Buffer.from(carried.buffer).equals(Buffer.from(alone.buffer)), `second ${second}`).toBe(true)
    expect(new Set(carried).size).toBeGreaterThan(10)
  }
})
