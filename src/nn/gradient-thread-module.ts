// What runs in a thread of `GradientThread`: opens the model, then makes a gradient each time it is told.
import { parentPort, workerData } from 'node:worker_threads'
import { flushesDenormals } from './denormals.ts'
import type { FromGradientThread, GradientOrder, ToGradientThread } from './gradient-thread.ts'
import { Session } from './runtime.ts'

const { model, threads } = workerData as GradientOrder
const session = await Session.open(model, { threads })
let memory: Exclude<ToGradientThread, 'run'> | null = null

parentPort?.on('message', (message: ToGradientThread) => {
  if (message !== 'run') memory = message
  else run().catch(endWith)
})
send({ flushesDenormals: flushesDenormals() })

async function run(): Promise<void> {
  if (memory === null) throw new Error('a run came before its memory')
  await session.run(memory.feeds, memory.into)
  send('done')
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
