// `annotate backup`: a workspace in one file; safe while a server runs.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { openChosen } from '../../core/open-chosen.ts'
import { backUp } from '../../keeping/backup.ts'
import { requireAtHome } from '../../server/at-home.ts'
import { SCHEMAS } from '../../server/schemas.ts'
import { printJson, printLine, progress } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

export function backupVerb(description: string): Command {
  return verb('backup', description)
    .addArgument(new Argument('<file>', 'a zip to be written, such as annotate-2026-11-29.zip'))
    .action(async (file: string, flags: CommonOptions) => runVerb(flags, (run) => backup(run, file)))
}

async function backup({ workspace, database: choice, json, signal }: Verb, file: string): Promise<void> {
  if (!existsSync(workspace.database)) {
    const message = `There is no workspace at ${workspace.root}: say by --workspace where it is.`
    throw new AppError('no_workspace', message, { status: 404, field: 'workspace' })
  }
  const { postgres } = choice
  const database = await openChosen(choice, null, { alone: true })
  const shown = progress()
  try {
    if (postgres === null) requireAtHome(database.sqlite, workspace)
    const report = await backUp({
      workspace,
      database,
      ...(postgres === null ? {} : { rooms: { postgres, rooms: SCHEMAS.rooms } }),
      file: resolve(file),
      clock: systemClock,
      signal,
      onProgress: (words) => shown.show(words),
    })
    shown.end()
    if (json) return printJson(report)
    const { bytes, annotations, test_cases: cases, files } = report
    printLine(
      `${report.file}: ${(bytes / 1e6).toFixed(1)} MB, ${files} files, ${annotations} annotations, ${cases} test cases`,
    )
  } finally {
    shown.end()
    await database.close()
  }
}
