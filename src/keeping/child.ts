// Work on a database file in a process of its own: it takes as long as the file is large, can be ended at any moment, and leaves no connection open.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { AppError } from '../core/errors.ts'
import { storageFault } from '../core/storage-fault.ts'

/** What kept the process from its work, where that is something to tell a user. */
interface Fault {
  readonly code: string
  readonly message: string
  readonly status: number
}

export interface Child {
  readonly process: ChildProcess
  /** What it wrote to its output, once it has ended well. Rejects with what it complained of where it has not, as an AppError where it is one. */
  readonly output: Promise<string>
}

export interface ChildOptions {
  /** What the process reads from its input. */
  readonly input?: string
  /** Told of what the process says of how far it is (`tellParent`). */
  readonly onProgress?: (words: string) => void
}

export function startChild(
  file: string,
  args: readonly string[],
  { input, onProgress }: ChildOptions = {},
): Child {
  const stdin = input === undefined ? 'ignore' : 'pipe'
  const child = fork(file, args, { stdio: [stdin, 'pipe', 'pipe', 'ipc'] })
  // One that ends without reading says why by its exit.
  child.stdin?.on('error', () => undefined).end(input)
  return { process: child, output: outputOf(child, onProgress) }
}

async function outputOf(child: ChildProcess, onProgress?: (words: string) => void): Promise<string> {
  let [said, complaint] = ['', '']
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  let fault: Fault | undefined
  child.on('message', (told) => {
    if (typeof told === 'string') onProgress?.(told)
    else fault = told as Fault
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  if (code === 0) return said
  if (fault !== undefined) throw new AppError(fault.code, fault.message, { status: fault.status })
  throw new Error(`the process ended with ${signal ?? `exit code ${code}`}: ${complaint.slice(-1000)}`)
}

/** The process's end: how far it is. */
export function tellParent(words: string): void {
  process.send?.(words)
}

/** The process's end: does its work on the file at `place`, and says what the disk has against it. */
export async function inChild(place: string, work: () => void | Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const known = error instanceof AppError ? error : storageFault(error, place)
    if (known === null) throw error
    const { code, message, status } = known
    process.send?.({ code, message, status } satisfies Fault)
    process.exitCode = 1
  }
}
