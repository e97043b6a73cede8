// The process in which a user's own model runs: whatever the file does to it, the server goes on.
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { messageOf } from '../../core/errors.ts'
import { FIELDS, INPUT_NAMES, WINDOW, type ModelInputs } from '../../models/model.ts'
import { ORDER_BOOK, type Port } from './interface.ts'
import type { FromModelProcess, ToModelProcess } from './messages.ts'

/** Numbers of one second of the order book: price and size of ten levels a side. */
const BOOK_ROW = 40

// A file may name others that hold its weights: it finds none here.
const nowhere = mkdtempSync(join(tmpdir(), 'annotate-model-'))
process.chdir(nowhere)
// A folder in use can go on POSIX, which leaves nothing behind when this process is killed.
if (process.platform !== 'win32') rmdirSync(nowhere)

let session: InferenceSession | null = null
let queue: Promise<void> = Promise.resolve()

process.on('disconnect', () => process.exit(0))
process.on('message', (message: ToModelProcess) => {
  queue = queue
    .then(async () => tell(await answer(message)))
    .catch((error: unknown) => tell({ kind: 'failed', message: messageOf(error) }))
})

async function answer(message: ToModelProcess): Promise<FromModelProcess> {
  if (message.kind === 'open') {
    session = await open(message.onnx, message.threads)
    return {
      kind: 'opened',
      ports: { inputs: portsOf(session.inputMetadata), outputs: portsOf(session.outputMetadata) },
    }
  }
  if (session === null) throw new Error('asked before the model was opened')
  const results = await session.run(feedsOf(session.inputNames, message.inputs))
  return { kind: 'predicted', probabilities: results['probabilities']!.data as Float32Array }
}

async function open(onnx: Uint8Array, threads: number): Promise<InferenceSession> {
  return InferenceSession.create(onnx, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
  })
}

function portsOf(metadata: readonly InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((port) =>
    port.isTensor
      ? { name: port.name, type: port.type, shape: [...port.shape] }
      : { name: port.name, type: 'not a tensor', shape: [] },
  )
}

function feedsOf(
  names: readonly string[],
  { count, tensors, orderBook }: ModelInputs,
): Record<string, Tensor> {
  const all: Record<string, Tensor> = Object.fromEntries(
    INPUT_NAMES.map((name) => [name, new Tensor('float64', tensors[name], [count, WINDOW, FIELDS])]),
  )
  if (orderBook !== undefined) all[ORDER_BOOK] = new Tensor('float64', orderBook, [count, WINDOW, BOOK_ROW])
  return Object.fromEntries(names.map((name) => [name, all[name]!]))
}

function tell(message: FromModelProcess): void {
  process.send?.(message)
}
