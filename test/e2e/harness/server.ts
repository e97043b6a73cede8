// Starts a real `annotate serve` in a temporary workspace, on a free port, and stops it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { patient } from '../../patience.ts'
import { putDemoInto } from '../../prepared-demo.ts'

const annotate = fileURLToPath(new URL('../../../bin/annotate.js', import.meta.url))

/** Some hours of rows, MB: each takes a ten thousandth of a second of a core. */
const MOMENTS = '20'

export interface RunningServer {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string
  readonly workspace: string
  /** Everything the server has written so far, both streams. */
  output(): string
  /** SIGTERM; resolves to the exit code once the process is gone. Removes the workspace unless it was given. */
  stop(): Promise<number | null>
}

export interface ServerOptions {
  /** After `serve`: for example `['--source', 'replay', '--from', '2024-08-09T00:00:00Z']`. */
  readonly args?: readonly string[]
  /** A prepared workspace, left in place; default: a fresh temporary one. */
  readonly workspace?: string
  /** Default: no rows of moments are made, which takes half a minute of a core for each server. */
  readonly keepsMoments?: boolean
  /** Default: any free one. */
  readonly port?: number
  /** How long the server may take until /api/health answers, ms. */
  readonly patience?: number
}

/** A temporary folder for a workspace. */
export function temporaryWorkspace(): string {
  return mkdtempSync(join(tmpdir(), 'annotate-e2e-'))
}

/**
 * Runs any other verb to its end in a workspace, for example `import`.
 * @throws Error with the verb's words when its exit code is not 0.
 */
export async function runVerb(workspace: string, args: readonly string[]): Promise<string> {
  const child = launch(workspace, args)
  const output = collect(child)
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`annotate ${args.join(' ')} ended with ${code}:\n${output()}`)
  return output()
}

/**
 * Resolves once /api/health answers. The caller stops it, best in `finally` or `afterAll`. A demo market in a
 * workspace without a database begins with a past that is made once a run.
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { args = [], workspace = temporaryWorkspace() } = options
  const isDemo = !args.includes('--source') && !args.includes('--seed')
  if (isDemo && !existsSync(workspaceAt(workspace).database)) await putDemoInto(workspace)
  return serve({ ...options, workspace }, options.workspace === undefined)
}

async function serve(
  options: ServerOptions & { readonly workspace: string },
  isOurs: boolean,
): Promise<RunningServer> {
  const { args = [], patience = 60_000, workspace, keepsMoments = false } = options
  const port = options.port ?? (await freePort())
  const moments = ['--moments', keepsMoments ? MOMENTS : '0']
  const child = launch(workspace, ['serve', '--port', String(port), ...moments, ...args])
  const output = collect(child)
  const url = `http://127.0.0.1:${port}`
  const server: RunningServer = {
    url,
    workspace,
    output,
    stop: async () => {
      const code = await end(child)
      if (isOurs) rmSync(workspace, { recursive: true, force: true })
      return code
    },
  }
  try {
    await healthy(url, child, patience)
  } catch (error) {
    await server.stop()
    throw new Error(`annotate serve did not come up:\n${output()}`, { cause: error })
  }
  return server
}

function launch(workspace: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [annotate, ...args], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ANNOTATE_WORKSPACE: workspace, NODE_OPTIONS: '' },
  })
}

function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (text += String(data)))
  return () => text
}

async function healthy(url: string, child: ChildProcess, patience: number): Promise<void> {
  const began = performance.now()
  while (child.exitCode === null && performance.now() - began < patient(patience)) {
    const answer = await fetch(`${url}/api/health`).catch(() => undefined)
    if (answer?.ok === true) return
    await sleep(50)
  }
  throw new Error(child.exitCode === null ? `no health within ${patience} ms` : 'it exited')
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const closed = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await closed
  clearTimeout(timer)
  return child.exitCode
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
