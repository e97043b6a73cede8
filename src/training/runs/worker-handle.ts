// The server's end of a training process: starts it, hears it, ends it.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../core/errors.ts'
import { parseFromWorker, type FromWorker, type RunPatch, type ToWorker } from './messages.ts'

/** How a process ended: with its own words, or without any. */
export type Outcome =
  | Exclude<FromWorker, { kind: 'update' }>
  /** `killed`: by a signal, not by a fault of its own. */
  | { readonly kind: 'died'; readonly how: string; readonly killed: boolean }

export interface Worker {
  /** Never rejects. */
  readonly outcome: Promise<Outcome>
  /** Asks it to end, and kills it when it has not within `PATIENCE_MS`. */
  cancel(): void
  /** Asks it to save and to end, and kills it when it has not within `patienceMs`; what was saved before then counts. */
  pause(patienceMs?: number): void
}

const PATIENCE_MS = 500
/** What a killed process said last arrives within this. */
const LAST_WORDS_MS = 100
/** Pieces of work are short, but the end of a run is one. */
const PAUSE_PATIENCE_MS = 20_000
const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

export function startWorker(order: ToWorker, onUpdate: (patch: RunPatch) => void): Worker {
  const child = fork(WORKER, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const outcome = new Promise<Outcome>((resolve) => listen(child, onUpdate, resolve))
  child.send(order)
  return {
    outcome,
    cancel: () => end(child, 'cancel', PATIENCE_MS),
    pause: (patienceMs = PAUSE_PATIENCE_MS) => end(child, 'pause', patienceMs),
  }
}

function listen(
  child: ChildProcess,
  onUpdate: (patch: RunPatch) => void,
  resolve: (end: Outcome) => void,
): void {
  let last: Outcome | null = null
  let complaint = ''
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
  child.on('message', (raw) => {
    try {
      const message = parseFromWorker(raw)
      if (message.kind === 'update') onUpdate(message.patch)
      else last = message
    } catch (error) {
      last = { kind: 'died', how: messageOf(error), killed: false }
      child.kill('SIGKILL')
    }
  })
  child.on('error', (error) => resolve({ kind: 'died', how: error.message, killed: false }))
  // Processes of its own that outlive a killed one for a moment keep the pipe open.
  child.on('exit', (code, signal) => {
    if (signal === null) return
    const how = describeEnd(code, signal, complaint)
    setTimeout(() => resolve(last ?? { kind: 'died', how, killed: true }), LAST_WORDS_MS)
  })
  child.on('close', (code, signal) => {
    resolve(last ?? { kind: 'died', how: describeEnd(code, signal, complaint), killed: signal !== null })
  })
}

function describeEnd(code: number | null, signal: NodeJS.Signals | null, complaint: string): string {
  if (signal !== null) return `it was killed by ${signal}`
  const lines = complaint.trim().split('\n')
  const said = lines.findLast((line) => /^\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1) ?? ''
  return said === '' ? `exit code ${code}` : `exit code ${code}: ${said}`
}

function end(child: ChildProcess, kind: 'cancel' | 'pause', patienceMs: number): void {
  if (child.connected) child.send({ kind } satisfies ToWorker)
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  child.once('close', () => clearTimeout(timer))
}
