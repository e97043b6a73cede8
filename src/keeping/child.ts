// Work on a database file in a process of its own: it takes as long as the file is large, can be ended at any moment, and leaves no connection open.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface Child {
  readonly process: ChildProcess
  /** What it wrote to its output, once it has ended well. Rejects with what it complained of where it has not. */
  readonly output: Promise<string>
}

/** `input`: what the process reads from its input. */
export function startChild(file: string, args: readonly string[], input?: string): Child {
  const stdin = input === undefined ? 'ignore' : 'pipe'
  const child = fork(file, args, { stdio: [stdin, 'pipe', 'pipe', 'ipc'] })
  // One that ends without reading says why by its exit.
  child.stdin?.on('error', () => undefined).end(input)
  return { process: child, output: outputOf(child) }
}

async function outputOf(child: ChildProcess): Promise<string> {
  let [said, complaint] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code === 0) return said
  throw new Error(`the process ended with ${signal ?? `exit code ${code}`}: ${complaint.slice(-1000)}`)
}
