// How long a model took of late: percentiles of its newest answers, and of no failed one.
import { describe, expect, it } from 'vitest'
import { ModelTimes } from '../../../src/inference/model-times.ts'

/** A stopwatch that goes on by the next of `times` while something is at work. */
function watch(times: readonly number[]) {
  let [now, next] = [0, 0]
  return {
    stopwatch: () => now,
    work: async () => {
      now += times[next++] ?? 0
    },
  }
}

async function timed(times: readonly number[]): Promise<ModelTimes> {
  const all = new ModelTimes()
  const { work, stopwatch } = watch(times)
  for (const _ of times) await all.of(work, stopwatch)
  return all
}

describe('the times of a model', () => {
  it('are none before its first answer', () => {
    expect(new ModelTimes().percentiles()).toEqual({ p50: null, p99: null })
  })

  it('are the nearest ranks of those that were kept', async () => {
    const upTo100 = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect((await timed(upTo100)).percentiles()).toEqual({ p50: 50, p99: 99 })
    expect((await timed([1.23456])).percentiles()).toEqual({ p50: 1.235, p99: 1.235 })
  })

  it('forget all but the newest 600', async () => {
    const slowThenFast = [...Array.from({ length: 50 }, () => 500), ...Array.from({ length: 600 }, () => 2)]
    expect((await timed(slowThenFast)).percentiles()).toEqual({ p50: 2, p99: 2 })
  })

  it('do not count what failed', async () => {
    const times = new ModelTimes()
    const failing = times.of(
      () => Promise.reject(new Error('dead')),
      () => 0,
    )
    await expect(failing).rejects.toThrow('dead')
    expect(times.percentiles().p50).toBeNull()
  })
})
