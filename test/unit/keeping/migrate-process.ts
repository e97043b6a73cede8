// A process that moves a workspace's database, and is killed by `kill -9` where its progress says so. Arguments: postgres or sqlite, folder, PostgreSQL, the words.
import { systemClock } from '../../../src/core/clock.ts'
import { workspaceAt } from '../../../src/core/workspace.ts'
import { buildFile } from '../../../src/keeping/build-file.ts'
import type { MigrateOptions } from '../../../src/keeping/migrate.ts'
import { moveToPostgres } from '../../../src/keeping/move-to-postgres.ts'
import { SCHEMAS } from '../../../src/server/schemas.ts'

const [to = '', folder = '', postgres = '', words = ''] = process.argv.slice(2)
const workspace = workspaceAt(folder)
const options: MigrateOptions = {
  workspace,
  postgres,
  schemas: SCHEMAS,
  replace: false,
  clock: systemClock,
  signal: new AbortController().signal,
  onProgress: (said) => {
    if (said === words) process.kill(process.pid, 'SIGKILL')
  },
}
await (to === 'sqlite' ? buildFile(`${workspace.database}.moving`, options) : moveToPostgres(options))
