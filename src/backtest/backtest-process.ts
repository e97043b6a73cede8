// The server's end of the process of one backtest: starts it, hears it, ends it.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../core/errors.ts'
import { parseFromBacktest, type FromBacktest } from './messages.ts'
import type { BacktestOrder } from './order.ts'

/** How a process ended: with its own words, or without any. */
export type End =
  | Exclude<FromBacktest, { kind: 'progress' }>
  /** `killed`: by a signal, not by a fault of its own. */
  | { readonly kind: 'died'; readonly how: string; readonly killed: boolean }

export interface BacktestProcess {
  /** Never rejects. */
  readonly end: Promise<End>
  /** At once: what it has scored in whole blocks is kept. */
  kill(): void
}

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url))

export function startProcess(order: BacktestOrder, onProgress: (share: number) => void): BacktestProcess {
  const child = fork(WORKER, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced' })
  const end = new Promise<End>((resolve) => listen(child, onProgress, resolve))
  child.send(order)
  return { end, kill: () => void child.kill('SIGKILL') }
}

function listen(child: ChildProcess, onProgress: (share: number) => void, resolve: (end: End) => void): void {
  let last: End | null = null
  let complaint = ''
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)))
  child.on('message', (raw) => {
    try {
      const message = parseFromBacktest(raw)
      if (message.kind === 'progress') onProgress(message.progress)
      else last = message
    } catch (error) {
      last = { kind: 'died', how: messageOf(error), killed: false }
      child.kill('SIGKILL')
    }
  })
  child.on('error', (error) => resolve({ kind: 'died', how: error.message, killed: false }))
  child.on('close', (code, signal) => {
    const said = complaint.trim().split('\n').at(-1) ?? ''
    const how = signal === null ? `exit code ${code}: ${said}` : `it was killed by ${signal}`
    resolve(last ?? { kind: 'died', how, killed: signal !== null })
  })
}
