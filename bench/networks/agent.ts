// An agent under the clock: a double-Q step on observations, and an answer from raw market data.
import { WINDOW } from '../../src/contract/timeframes.ts'
import { ACCOUNT_SIZE } from '../../src/models/agent/agent.ts'
import { QLearner, type QBatch } from '../../src/models/agent/q-learner.ts'
import { predictInChunks } from '../../src/models/classifier.ts'
import { ACTIONS, type AgentDefinition, type ModelInputs } from '../../src/models/model.ts'
import { BOOK_LEVELS } from '../../src/models/order-book-features.ts'
import { randomFrom } from '../../src/nn/random.ts'
import { Session } from '../../src/nn/runtime.ts'
import { sizeOf } from '../../src/nn/value.ts'
import { madeOnce, randomInputs } from './classifier.ts'
import { BATCH, type Net } from './net.ts'

export function agentNet(model: AgentDefinition, peer: string): Net {
  const { network, settings } = model.agent
  return {
    name: model.name,
    peer,
    open: async (threads) => {
      const learner = await QLearner.open(
        {
          state: [
            { name: 'observation', shape: network.observation },
            { name: 'account', shape: [ACCOUNT_SIZE] },
          ],
          actions: ACTIONS.length,
          values: ([observation, account], mode) => network.values(observation!, account!, mode),
        },
        {
          ...settings,
          seed: 1,
          threads,
          batchSize: BATCH,
          learningRate: model.defaults.learningRate,
          totalSteps: 1000,
          optimizer: settings,
        },
      )
      const batch = randomBatch(sizeOf(network.observation))
      const session = await Session.open(model.exportOnnx(learner.weights()), { threads: 1 })
      const inputs = madeOnce((count) => inputsOf(model, count))
      return {
        step: () => learner.step(batch),
        answer: () => predictInChunks(session, inputs(1)),
        answers: (count) => predictInChunks(session, inputs(count)),
        close: async () => {
          await session.close()
          await learner.close()
        },
      }
    },
  }
}

function randomBatch(size: number): QBatch {
  const random = randomFrom(5)
  const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random() - 0.5)
  const states = () => [numbers(BATCH * size), new Float32Array(BATCH * ACCOUNT_SIZE)]
  return {
    states: states(),
    actions: Int32Array.from({ length: BATCH }, (_, i) => i % ACTIONS.length),
    returns: numbers(BATCH),
    nexts: states(),
    discounts: new Float32Array(BATCH).fill(0.9),
    weights: new Float32Array(BATCH).fill(1),
    demonstrated: Float32Array.from({ length: BATCH }, (_, i) => i % 2),
    margins: new Float32Array(BATCH * ACTIONS.length),
  }
}

function inputsOf({ needs }: AgentDefinition, count: number): ModelInputs {
  const inputs = randomInputs(count)
  return needs.includes('order_book') ? { ...inputs, orderBook: randomBooks(count) } : inputs
}

/** Random walks of a book, levels a tick apart. */
function randomBooks(count: number): Float64Array {
  const random = randomFrom(11)
  const rows = Array.from({ length: count * WINDOW }, () => {
    const bid = 3000 + Math.floor(random() * 100) / 100
    return Array.from({ length: BOOK_LEVELS }, (_, level) => [
      bid + 0.01 * (level + 1),
      10 * random(),
      bid - 0.01 * level,
      10 * random(),
    ]).flat()
  })
  return Float64Array.from(rows.flat())
}
