// One process at a time runs a market, sessions and training over a workspace; who it is stands beside the lock.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../core/errors.ts'
import { readOwnFileSync, replaceFileSync } from '../core/files.ts'
import { tryLock } from '../core/lock.ts'
import type { Workspace } from '../core/workspace.ts'

/** The process that holds a workspace. `url` is there once it listens. */
export interface Holder {
  readonly pid: number
  readonly url?: string
}

export interface WorkspaceLock {
  /** Tells other processes where this one can be reached. */
  announce(url: string): void
  release(): void
}

/** @throws AppError `workspace_in_use`, naming who has it. */
export function lockWorkspace(workspace: Workspace): WorkspaceLock {
  const lock = tryLock(join(workspace.root, 'annotate.lock'))
  if (lock === null) throw inUse(workspace)
  const note = notePath(workspace)
  const write = (holder: Holder): void => replaceFileSync(note, `${JSON.stringify(holder)}\n`)
  write({ pid: process.pid })
  return {
    announce: (url) => write({ pid: process.pid, url }),
    release() {
      rmSync(note, { force: true })
      lock.release()
    },
  }
}

/** Who holds the workspace now; null when nobody does. */
export function holderOf(workspace: Workspace): Holder | null {
  const lock = tryLock(join(workspace.root, 'annotate.lock'))
  if (lock === null) return readNote(workspace)
  lock.release()
  return null
}

function readNote(workspace: Workspace): Holder {
  try {
    return JSON.parse(readOwnFileSync(notePath(workspace)).toString()) as Holder
  } catch {
    return { pid: 0 }
  }
}

function inUse(workspace: Workspace): AppError {
  const { pid, url } = readNote(workspace)
  const who = `${url === undefined ? 'another annotate' : `the server at ${url}`}${pid === 0 ? '' : ` (process ${pid})`}`
  return new AppError(
    'workspace_in_use',
    `The workspace ${workspace.root} is in use by ${who}. Stop it first, or choose another with --workspace.`,
    { status: 409 },
  )
}

function notePath(workspace: Workspace): string {
  return join(workspace.root, 'annotate.server.json')
}
