// The process in which live networks answer: whatever one of them does, the server answers the page and hears the market.
import { setImmediate as turn } from 'node:timers/promises'
import { AppError, messageOf } from '../../core/errors.ts'
import { loadPredictor } from '../../orchestrator/load-predictor.ts'
import type { Predictor } from '../../orchestrator/predictor.ts'
import { BatchedNetwork } from './batched-network.ts'
import type { InferenceAnswer, InferenceAnswers, InferenceOrder, OpenOrder, Question } from './messages.ts'

/** Questions answered in one run. */
const MOST_TOGETHER = 64

interface Network {
  readonly predictor: Predictor
  readonly batched: BatchedNetwork
}

const networks = new Map<number, Network>()
let waiting: InferenceOrder[] = []
let isAtWork = false

// They are meant for the server, which ends this process once it needs it no more.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
process.on('disconnect', () => process.exit(0))
process.on('message', (orders) => {
  waiting.push(...(orders as InferenceOrder[]))
  if (!isAtWork) void work()
})

async function work(): Promise<void> {
  isAtWork = true
  do await workOff()
  while ((await compare()) || waiting.length > 0)
  isAtWork = false
}

/** Whether there was anything to compare: what has come meanwhile goes first. */
async function compare(): Promise<boolean> {
  for (const { batched } of networks.values()) {
    // A fault is told to the next who asks.
    const compared = await batched.compare().catch(() => false)
    await turn()
    if (compared) return true
  }
  return false
}

async function workOff(): Promise<void> {
  for (let [first] = waiting; first !== undefined; [first] = waiting) {
    const began = performance.now()
    if (first.kind === 'ask') {
      const answers = await answer(takeTogether(first.network))
      send({ answers, ms: performance.now() - began })
    } else await carryOut(first)
    // What has come meanwhile joins the next run.
    await turn()
  }
}

async function carryOut(order: Exclude<InferenceOrder, Question>): Promise<void> {
  waiting.shift()
  if (order.kind === 'open') return send({ answers: [await open(order)], ms: 0 })
  const known = networks.get(order.network)
  networks.delete(order.network)
  await known?.predictor.close()
}

async function open({ id, network, checkpoint }: OpenOrder): Promise<InferenceAnswer> {
  try {
    const predictor = await loadPredictor(checkpoint)
    networks.set(network, { predictor, batched: new BatchedNetwork(predictor) })
    const { readsOrderBook, readsAccount, rowsAtOnce } = predictor
    return { kind: 'opened', id, facts: { readsOrderBook, readsAccount, rowsAtOnce } }
  } catch (error) {
    return failed(id, error)
  }
}

/** The questions to one network that wait, oldest first. */
function takeTogether(network: number): Question[] {
  const own = waiting.filter((order): order is Question => order.kind === 'ask' && order.network === network)
  const taken = new Set<InferenceOrder>(own.slice(0, MOST_TOGETHER))
  waiting = waiting.filter((order) => !taken.has(order))
  return own.slice(0, MOST_TOGETHER)
}

async function answer(questions: readonly Question[]): Promise<InferenceAnswer[]> {
  try {
    const network = networks.get(questions[0]?.network ?? 0)
    if (network === undefined) throw new Error('asked before it was opened')
    const answers = await network.batched.answer(questions.map(({ inputs }) => inputs))
    return questions.map(({ id }, i) => ({
      kind: 'answered',
      id,
      probabilities: answers[i] ?? new Float32Array(),
    }))
  } catch (error) {
    return questions.map(({ id }) => failed(id, error))
  }
}

function failed(id: number, error: unknown): InferenceAnswer {
  const { code, status } = error instanceof AppError ? error : { code: 'model_failed', status: 409 }
  return { kind: 'failed', id, error: { code, message: messageOf(error), status } }
}

function send(answers: InferenceAnswers): void {
  process.send?.(answers)
}
