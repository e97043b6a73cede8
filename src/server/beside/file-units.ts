// What of a workspace's files belongs together, and is copied between machines whole: a checkpoint's folder, the result of a run.
import { lstat, readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { Workspace } from '../../core/workspace.ts'
import { METADATA_FILE, VERSION } from '../../orchestrator/checkpoints.ts'

/** A path within the workspace, with `/` between its parts, and the names of its files; of a single file its own name alone. */
export interface Unit {
  readonly unit: string
  readonly files: readonly string[]
}

const RESULT = /^[^.].*\.json$/

/** Those that are whole. */
export async function localUnits({ root, checkpoints, trainingResults }: Workspace): Promise<Unit[]> {
  const units: Unit[] = []
  for (const model of await namesIn(checkpoints)) {
    for (const version of (await namesIn(join(checkpoints, model))).filter((name) => VERSION.test(name))) {
      const folder = join(checkpoints, model, version)
      const files = (await namesIn(folder)).filter((name) => !name.startsWith('.'))
      if (files.includes(METADATA_FILE)) units.push({ unit: pathIn(root, folder), files })
    }
  }
  for (const name of (await namesIn(trainingResults)).filter((each) => RESULT.test(each)))
    units.push({ unit: pathIn(root, join(trainingResults, name)), files: [name] })
  return units
}

/** Where the files of a unit lie. */
export function folderOf({ root }: Workspace, { unit }: Pick<Unit, 'unit'>): string {
  const path = join(root, ...unit.split('/'))
  return isFolder(unit) ? path : join(path, '..')
}

/** A checkpoint is one; a result is a file. */
export function isFolder(unit: string): boolean {
  return !RESULT.test(unit)
}

/** The file that says what the others are: of a checkpoint the one with their hashes. */
export function keyFileOf(workspace: Workspace, { unit }: Pick<Unit, 'unit'>): string {
  const path = join(workspace.root, ...unit.split('/'))
  return isFolder(unit) ? join(path, METADATA_FILE) : path
}

/** Another once a file was written; null where there is none. */
export async function lookOf(path: string): Promise<string | null> {
  const facts = await lstat(path).catch(() => null)
  return facts === null ? null : `${facts.mtimeMs}:${facts.size}:${facts.ino}`
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}

function pathIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}
