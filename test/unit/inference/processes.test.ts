// Networks that answer in a process of their own: the same bits, and whatever becomes of that process, the others and this one go on.
import { mkdtempSync, rmSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TENSOR_NAMES } from '../../../src/contract/timeframes.ts'
import { BatchedNetwork } from '../../../src/inference/process/batched-network.ts'
import { InferenceProcesses } from '../../../src/inference/process/inference-processes.ts'
import type { ModelInputs } from '../../../src/models/model.ts'
import { Checkpoints, type LoadedCheckpoint } from '../../../src/orchestrator/checkpoints.ts'
import { loadPredictor } from '../../../src/orchestrator/load-predictor.ts'
import type { Predictor } from '../../../src/orchestrator/predictor.ts'
import { trialInputs } from '../../../src/orchestrator/trial-inputs.ts'
import { patient, until } from '../../patience.ts'
import { sluggishNetwork } from '../orchestrator/sluggish.ts'
import { EAGER, publishUntrained } from './checkpoint.ts'

const root = mkdtempSync(join(tmpdir(), 'annotate-processes-'))
const checkpoints = new Checkpoints(root)
let cnn: LoadedCheckpoint
let dqn: LoadedCheckpoint
let cobRl: LoadedCheckpoint
const deaths: string[] = []
/** Of all networks. */
let shared: InferenceProcesses
const there: Predictor[] = []
/** That were told of. */
let runs = 0

beforeAll(async () => {
  const decision = { rule: EAGER, calibration: null }
  cnn = await checkpoints.load('cnn', await publishUntrained(root, decision))
  dqn = await checkpoints.load('dqn', await publishUntrained(root, decision, 'dqn'))
  cobRl = await checkpoints.load('cob_rl', await publishUntrained(root, decision, 'cob_rl'))
  shared = processes({ onRun: (_, ms) => (runs += ms > 0 ? 1 : 0) })
  for (const each of [cnn, dqn, cobRl]) there.push(await shared.open(each))
})
afterAll(async () => {
  await shared.stop()
  rmSync(root, { recursive: true, force: true })
})

function processes(
  more: Partial<ConstructorParameters<typeof InferenceProcesses>[0]> = {},
): InferenceProcesses {
  const onDeath = ({ message }: Error): void => void deaths.push(message)
  return new InferenceProcesses({ most: 1, stopwatch: () => performance.now(), onDeath, ...more })
}

/** A market of its own for each `n`, with its order book. */
function state(n: number, account?: readonly number[]): ModelInputs {
  const candles = (): Float64Array => {
    const rows = Array.from({ length: 100 }, (_, i) => {
      const close = 2400 * 1.3 ** n + ((i * (7 + n)) % 13)
      return [close, close + 2, close - 2, close + (i % 2), 1 + ((i + n) % 5)]
    })
    return Float64Array.from(rows.flat())
  }
  const tensors = Object.fromEntries(TENSOR_NAMES.map((name) => [name, candles()]))
  return {
    count: 1,
    tensors: tensors as ModelInputs['tensors'],
    orderBook: trialInputs(true).orderBook!.map((number) => number * (1 + n / 7)),
    ...(account === undefined ? {} : { account: Float32Array.from(account) }),
  }
}

/** Once there is an answer again. */
async function answered(predictor: Predictor, inputs: ModelInputs): Promise<Float32Array> {
  let answer: Float32Array | null = null
  await until('an answer', async () => {
    answer = await predictor.predict(inputs).catch(() => null)
    return answer !== null
  })
  return answer!
}

describe('networks in a process of their own', () => {
  it.each([
    ['cnn', 0, undefined],
    ['dqn', 1, [1, 0.25, 30]],
    ['cob_rl', 2, [-1, 0.5, 7]],
  ])('answer with the bits of one that is here: %s, however many ask together', async (_, which, account) => {
    const here = await loadPredictor([cnn, dqn, cobRl][which]!)
    const { readsOrderBook, readsAccount, rowsAtOnce } = here
    expect(there[which]).toMatchObject({ readsOrderBook, readsAccount, rowsAtOnce })
    for (const count of [1, 2, 5, 5]) {
      // Of an agent, those that are flat tell no account.
      const states = Array.from({ length: count }, (__, n) => state(n, n % 2 === 0 ? account : undefined))
      runs = 0
      const answers = await Promise.all(states.map((each) => there[which]!.predict(each)))
      expect(runs).toBe(1)
      for (const [n, each] of states.entries()) expect(answers[n]).toEqual(await here.predict(each))
    }
    await here.close()
    expect(shared.pids.length).toBe(1)
  })

  it('are refused with the code that they would be refused with here', async () => {
    const broken = { ...cnn, onnx: cnn.onnx.subarray(0, 100) }
    await expect(shared.open(broken)).rejects.toMatchObject({ code: 'broken_checkpoint', status: 409 })
    const other = JSON.parse(Buffer.from(cnn.selfTest!).toString()) as { probabilities: number[] }
    other.probabilities = other.probabilities.map((p) => 1 - p)
    const changed = { ...cnn, selfTest: Buffer.from(JSON.stringify(other)) }
    await expect(shared.open(changed)).rejects.toMatchObject({ code: 'self_test_failed' })
    expect([shared.trouble, shared.deaths]).toEqual([null, 0])
  })

  it('have another process each where there may be more', async () => {
    const two = processes({ most: 2 })
    const opened = Promise.allSettled([cnn, dqn, { ...cnn, version: '0002' }].map((each) => two.open(each)))
    expect(two.pids.length).toBe(2)
    await two.stop()
    for (const each of await opened) expect(each).toMatchObject({ reason: { code: 'model_failed' } })
  })
})

describe('a process that dies', () => {
  it('fails who waits, is started again with all it had, and answers as before', async () => {
    const [one, two] = there as [Predictor, Predictor]
    const before = [await one.predict(state(1)), await two.predict(state(1))]
    const [pid] = shared.pids
    process.kill(pid!, 'SIGKILL')
    await expect(one.predict(state(1))).rejects.toMatchObject({ code: 'model_failed' })
    expect([await answered(one, state(1)), await answered(two, state(1))]).toEqual(before)
    expect(shared.pids).not.toContain(pid)
    expect([shared.deaths, deaths]).toEqual([1, [expect.stringContaining('SIGKILL')]])
    expect(shared.trouble).toMatch(/within the last minute/)
  })

  it('is ended where one network does not answer; that one is given up, the others and this process go on', async () => {
    const all = processes({ limits: { openMs: 60_000, answerMs: 500, losses: 1 } })
    const good = await all.open(cnn)
    const endless = await all.open({ ...cnn, version: '0666', onnx: sluggishNetwork(), selfTest: null })
    const before = await answered(good, state(1))
    const lag = monitorEventLoopDelay({ resolution: 5 })
    lag.enable()
    await expect(endless.predict(state(1))).rejects.toThrow(/one answer took more than 500 ms/)
    lag.disable()
    expect(lag.max / 1e6).toBeLessThan(patient(100))
    expect(await answered(good, state(1))).toEqual(before)
    await expect(endless.predict(state(1))).rejects.toThrow(/0666 of cnn is asked no more/)
    expect(all.trouble).toMatch(/0666 of cnn is asked no more/)
    await endless.close()
    expect(all.trouble).toMatch(/within the last minute/)
    await all.stop()
  })

  it('ends at once where it is told to, whatever it is at', async () => {
    const all = processes()
    const endless = await all.open({ ...cnn, onnx: sluggishNetwork(), selfTest: null })
    const known = deaths.length
    const answer = endless.predict(state(1)).catch(({ code }: { code: string }) => code)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const began = performance.now()
    await all.stop()
    expect(performance.now() - began).toBeLessThan(patient(500))
    expect(await answer).toBe('model_failed')
    expect(deaths.length).toBe(known)
  })
})

describe('several questions in one run', () => {
  const quarter = new Float32Array(3).fill(0.25)
  const quarters = (count: number) => Array.from({ length: count }, () => quarter)

  /** Answers a quarter to all, but half where so many or more are asked together. */
  function networkOf(otherFrom: number) {
    const asked: number[] = []
    const network = new BatchedNetwork({
      predict: ({ count }) => {
        asked.push(count)
        return Promise.resolve(new Float32Array(3 * count).fill(count < otherFrom ? 0.25 : 0.5))
      },
    })
    const answersTo = async (count: number) => {
      asked.length = 0
      const answers = await network.answer(Array.from({ length: count }, (_, n) => state(n + 1)))
      return { answers, asked: [...asked] }
    }
    const compareAll = async () => {
      asked.length = 0
      while (await network.compare());
      return [...asked]
    }
    return { answersTo, compareAll }
  }

  it('are asked one by one where a row among others has other bits than by itself', async () => {
    const { answersTo, compareAll } = networkOf(4)
    expect(await answersTo(4)).toEqual({ answers: quarters(4), asked: [1, 1, 1, 1] })
    expect(await compareAll()).toEqual([4, 1])
    expect(await answersTo(4)).toEqual({ answers: quarters(4), asked: [1, 1, 1, 1] })
    expect(await compareAll()).toEqual([])
    expect(await answersTo(3)).toEqual({ answers: quarters(3), asked: [1, 1, 1] })
    expect(await compareAll()).toEqual([3, 1, 1, 1])
    expect(await answersTo(3)).toEqual({ answers: quarters(3), asked: [3] })
  })

  it('do not wait for a number of them to be compared: they are answered in numbers that were', async () => {
    const { answersTo, compareAll } = networkOf(100)
    await answersTo(3)
    await compareAll()
    expect(await answersTo(7)).toEqual({ answers: quarters(7), asked: [3, 3, 1] })
    // Of two that are new the first is compared, the other once it comes again.
    expect((await answersTo(5)).asked).toEqual([3, 1, 1])
    expect(await compareAll()).toEqual([7, 1, 1, 1, 1, 1, 1, 1])
    expect((await answersTo(5)).asked).toEqual([3, 1, 1])
    expect((await answersTo(8)).asked).toEqual([7, 1])
    expect(await compareAll()).toEqual([5, 1, 1, 1, 1, 1])
  })
})
