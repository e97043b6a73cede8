// What runs in a thread of `GradientThread`: opens the model, then makes a gradient each time it is told.
import { parentPort, workerData } from 'node:worker_threads'
import type { GradientOrder, ToGradientThread } from './gradient-thread.ts'
import { Session } from './runtime.ts'

const { model, threads } = workerData as GradientOrder
const session = await Session.open(model, { threads })
let memory: Exclude<ToGradientThread, 'run'> | null = null

parentPort?.on('message', (message: ToGradientThread) => {
  if (message === 'run') void run()
  else memory = message
})
parentPort?.postMessage('ready')

/** A fault ends the thread, which is told to who waits for it. */
async function run(): Promise<void> {
  if (memory === null) throw new Error('a run came before its memory')
  await session.run(memory.feeds, memory.into)
  parentPort?.postMessage('done')
}
