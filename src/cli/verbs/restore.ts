// `annotate restore`: a workspace made of a backup.
import { resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { restore } from '../../keeping/restore.ts'
import { lockWorkspace } from '../../server/workspace-lock.ts'
import { bar, printJson, printLine, progress } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface RestoreFlags extends CommonOptions {
  setAside?: boolean
}

export function restoreVerb(description: string): Command {
  return verb('restore', description)
    .addArgument(new Argument('<file>', 'written by annotate backup'))
    .option('--set-aside', 'move what is in the workspace into a folder inside it, instead of refusing')
    .action(async (file: string, flags: RestoreFlags) =>
      runVerb(flags, (run) => restoreFile(run, file, flags)),
    )
}

async function restoreFile(
  { workspace, database, json, signal }: Verb,
  file: string,
  { setAside = false }: RestoreFlags,
): Promise<void> {
  const shown = progress()
  try {
    const report = await restore({
      workspace,
      file: resolve(file),
      setAside,
      lock: () => lockWorkspace(workspace),
      clock: systemClock,
      signal,
      onProgress: (words, share) => shown.show(`${bar(share)}  ${words}`),
    })
    shown.end()
    if (json) return printJson(report)
    printLine(`${report.workspace}: ${report.files} files of the backup of ${report.created_at}`)
    if (report.set_aside !== null) printLine(`  what was there before is now in ${report.set_aside}`)
    if (database.postgres !== null)
      printLine(
        '  all of it is in its own file: the PostgreSQL of DATABASE_URL was not touched; annotate migrate --to DATABASE_URL brings it there',
      )
  } finally {
    shown.end()
  }
}
