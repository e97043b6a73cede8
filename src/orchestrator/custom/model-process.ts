// The process in which a user's own model runs: whatever the file does to it, the server goes on.
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FIELDS, TENSOR_NAMES, WINDOW } from '../../contract/timeframes.ts'
import type { ModelInputs } from '../../models/model.ts'
import { float64, Session, type DataTensor } from '../../nn/runtime.ts'
import { onnxFault } from '../onnx-fault.ts'
import { ORDER_BOOK } from './interface.ts'
import type { FromModelProcess, ToModelProcess } from './messages.ts'
import { howInOneFile, weightFiles } from './own-weights.ts'

/** Numbers of one second of the order book: price and size of ten levels a side. */
const BOOK_ROW = 40

// A file may name others that hold its weights: it finds none here.
const nowhere = mkdtempSync(join(tmpdir(), 'annotate-model-'))
process.chdir(nowhere)
// A folder in use can go on POSIX, which leaves nothing behind when this process is killed.
if (process.platform !== 'win32') rmdirSync(nowhere)

let session: Session | null = null
let queue: Promise<void> = Promise.resolve()

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToModelProcess) => {
  queue = queue
    .then(async () => send(await answer(message)))
    .catch((error: unknown) => send({ kind: 'failed', message: onnxFault(error) }))
})

async function answer(message: ToModelProcess): Promise<FromModelProcess> {
  if (message.kind === 'open') {
    const [elsewhere] = weightFiles(message.onnx)
    if (elsewhere !== undefined)
      throw new Error(`its weights are in ${elsewhere}: ${howInOneFile('model.onnx')}`)
    session = await Session.open(message.onnx, { threads: message.threads })
    return { kind: 'opened', ports: { inputs: session.inputs, outputs: session.outputs } }
  }
  if (session === null) throw new Error('asked before the model was opened')
  const declared = new Set(session.inputs.map(({ name }) => name))
  const feeds = Object.entries(feedsOf(message.inputs)).filter(([name]) => declared.has(name))
  const results = await session.run(Object.fromEntries(feeds))
  return { kind: 'predicted', probabilities: results['probabilities'] as Float32Array }
}

function feedsOf({ count, tensors, orderBook }: ModelInputs): Record<string, DataTensor> {
  const candles = TENSOR_NAMES.map((name) => [name, float64(tensors[name], [count, WINDOW, FIELDS])] as const)
  const book =
    orderBook === undefined ? [] : [[ORDER_BOOK, float64(orderBook, [count, WINDOW, BOOK_ROW])] as const]
  return Object.fromEntries([...candles, ...book])
}

function send(message: FromModelProcess): void {
  process.send?.(message)
}
