// Runs the real command line as a process of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../../../bin/annotate.js', import.meta.url))

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs a verb to its end. */
export async function annotate(...args: string[]): Promise<Ended> {
  const running = start(...args)
  const [code] = (await once(running.process, 'close')) as [number | null]
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

/** Runs a verb that answers with JSON; fails loudly if it fails. */
export async function annotateJson<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await annotate(...args, '--json')
  if (code !== 0) throw new Error(`annotate ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}

export interface Running {
  process: ChildProcess
  stdout(): string
  stderr(): string
}

export function start(...args: string[]): Running {
  return startIn({}, ...args)
}

function startIn(environment: NodeJS.ProcessEnv, ...args: string[]): Running {
  const env = { ...process.env, ...environment }
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return { process: child, stdout: () => stdout, stderr: () => stderr }
}

export interface Served {
  url: string
  running: Running
  /** Ends it with SIGTERM; resolves with the exit code and how long it took. */
  stop(): Promise<{ code: number | null; ms: number }>
}

/**
 * Starts `serve` on a free port and waits for its address. It keeps no rows of moments unless `--moments` says so: they take half
 * a minute of a core where a server lives so long.
 */
export async function serve(...args: string[]): Promise<Served> {
  return serveIn({}, ...args)
}

/** The same with further variables of the environment. */
export async function serveIn(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Served> {
  const moments = args.includes('--moments') ? [] : ['--moments', '0']
  const running = startIn(environment, 'serve', '--port', '0', ...moments, ...args)
  const url = await new Promise<string>((resolve, reject) => {
    running.process.stdout!.on('data', () => {
      const found = /^ANNOTATE (\S+)$/m.exec(running.stdout())?.[1]
      if (found !== undefined) resolve(found)
    })
    running.process.on('close', (code) => reject(new Error(`serve ended with ${code}: ${running.stderr()}`)))
  })
  return { url, running, stop: () => stop(running) }
}

export async function stop({ process: child }: Running): Promise<{ code: number | null; ms: number }> {
  const began = performance.now()
  child.kill('SIGTERM')
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ms: performance.now() - began }
}
