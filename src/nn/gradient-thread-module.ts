// What runs in a thread of `GradientThread`: opens the model, then makes a gradient each time it is told.
import { parentPort, workerData } from 'node:worker_threads'
import { flushesDenormals } from './denormals.ts'
import {
  copyAll,
  type FromGradientThread,
  type GradientOrder,
  type ToGradientThread,
} from './gradient-thread.ts'
import { Session } from './runtime.ts'
import type { Feeds } from './steps.ts'

const { model, threads } = workerData as GradientOrder
const session = await Session.open(model, { threads })
type Memory = Exclude<ToGradientThread, 'run'>
/** What both threads see, and the same in memory of this one: ONNX Runtime under Node 20 takes no other. */
let memory: { readonly both: Memory; readonly own: Memory } | null = null

parentPort?.on('message', (message: ToGradientThread) => {
  if (message !== 'run')
    memory = { both: message, own: { feeds: ownLike(message.feeds), into: ownLike(message.into) } }
  else run().catch(endWith)
})
send({ flushesDenormals: flushesDenormals() })

async function run(): Promise<void> {
  if (memory === null) throw new Error('a run came before its memory')
  const { both, own } = memory
  copyAll(both.feeds, own.feeds)
  await session.run(own.feeds, own.into)
  copyAll(own.into, both.into)
  send('done')
}

function ownLike<T extends Feeds>(shared: T): T {
  const own = Object.entries(shared).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }])
  return Object.fromEntries(own) as T
}

/** Ends the thread, which is told to who waits for it: whatever the process does with promises that nobody hears. */
function endWith(fault: unknown): void {
  setImmediate(() => {
    throw fault
  })
}

function send(message: FromGradientThread): void {
  parentPort?.postMessage(message)
}
