// The process that makes a file of what a PostgreSQL holds. Argument: the file. Its input is a `BuildOrder` as JSON; answers a `BuiltFile` as JSON.
import { text } from 'node:stream/consumers'
import { systemClock } from '../core/clock.ts'
import { workspaceAt } from '../core/workspace.ts'
import { buildFile } from './build-file.ts'
import { inChild, tellParent } from './child.ts'
import type { MigrateOptions } from './migrate.ts'

export interface BuildOrder extends Pick<MigrateOptions, 'postgres' | 'schemas' | 'replace'> {
  /** Folder of the workspace. */
  readonly root: string
}

// Whoever asked for it was killed.
process.on('disconnect', () => process.exit(1))
const [, , path = ''] = process.argv
const { root, ...order } = JSON.parse(await text(process.stdin)) as BuildOrder
await inChild(path, async () => {
  const { signal } = new AbortController()
  const workspace = workspaceAt(root)
  const built = await buildFile(path, {
    ...order,
    workspace,
    clock: systemClock,
    signal,
    onProgress: tellParent,
  })
  process.stdout.write(JSON.stringify(built))
})
process.removeAllListeners('disconnect')
