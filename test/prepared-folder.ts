// Once before and after a run: the folder of the workspaces that its tests copy (`prepared.ts`).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PREPARED } from './prepared.ts'

export default function setup(): (() => void) | undefined {
  // Each project asks.
  if (process.env[PREPARED] !== undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'annotate-prepared-'))
  process.env[PREPARED] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
