// Starts a TypeScript file in a process of its own, whatever loaded this one.
import { fork, type ChildProcess, type ForkOptions } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** `fork` with the TypeScript loader; the parent may itself run by tsx, by vitest or by plain node. */
export function forkTypeScript(file: string, options: ForkOptions): ChildProcess {
  return fork(file, [], { ...options, execArgv: ['--import', TSX] })
}
