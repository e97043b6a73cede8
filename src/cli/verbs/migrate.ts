// `annotate migrate`: all that a workspace's database holds to a PostgreSQL, and back; every row is compared afterwards.
import { type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { MigrateOptions, MigrateReport } from '../../keeping/migrate.ts'
import { moveToFile } from '../../keeping/move-to-file.ts'
import { moveToPostgres } from '../../keeping/move-to-postgres.ts'
import { SCHEMAS } from '../../server/schemas.ts'
import { lockWorkspace } from '../../server/workspace-lock.ts'
import { databaseChoice, OWN_FILE } from '../database-option.ts'
import { printJson, printLine, progress } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface MigrateFlags extends CommonOptions {
  to: string
  replace?: boolean
}

export function migrateVerb(description: string): Command {
  return verb('migrate', description)
    .requiredOption(
      '--to <url>',
      `postgres://…, or DATABASE_URL for what that says; ${OWN_FILE}: from the PostgreSQL of --database or DATABASE_URL into the workspace's own file`,
    )
    .option(
      '--replace',
      'what is there makes way: a PostgreSQL is emptied, a file set aside under a new name; else it is refused',
    )
    .addHelpText(
      'after',
      '\nWhat is moved from keeps its rows. One that was cut off goes on when it is called again.\nFiles of test cases, results and checkpoints are not moved: they lie in the workspace.',
    )
    .action(async (flags: MigrateFlags) => runVerb(flags, (run) => migrate(run, flags)))
}

async function migrate(run: Verb, { to, replace = false }: MigrateFlags): Promise<void> {
  const { workspace, signal, json } = run
  const isBack = to === OWN_FILE
  const postgres = isBack ? sourceOf(run) : targetOf(run, to)
  const lock = lockWorkspace(workspace)
  const shown = progress()
  try {
    const options: MigrateOptions = {
      workspace,
      postgres,
      replace,
      signal,
      schemas: SCHEMAS,
      clock: systemClock,
      onProgress: (words) => shown.show(words),
    }
    const report = await (isBack ? moveToFile(options) : moveToPostgres(options))
    shown.end()
    if (json) printJson(report)
    else printReport(report, isBack)
  } finally {
    shown.end()
    lock.release()
  }
}

function sourceOf({ database: { postgres } }: Verb): string {
  if (postgres !== null) return postgres
  throw new AppError(
    'database_needed',
    `Say by --database or DATABASE_URL from which PostgreSQL all is to be moved into the workspace's own file.`,
    { field: 'database' },
  )
}

function targetOf({ workspace, database }: Verb, to: string): string {
  const { postgres } = to === 'DATABASE_URL' ? database : databaseChoice(workspace, to)
  if (postgres !== null) return postgres
  throw new AppError('database_needed', 'DATABASE_URL says no PostgreSQL: say --to postgres://…', {
    field: 'to',
  })
}

function printReport(report: MigrateReport, isBack: boolean): void {
  const { from, to, resumed, tables, markets, set_aside: aside } = report
  printLine(`Moved from ${from} to ${to}${resumed ? ', where it was cut off before' : ''}:`)
  for (const { table, rows } of tables) if (rows > 0) printLine(`  ${table}: ${rows} rows`)
  for (const { symbol, venue, tables: held } of markets) {
    const all = held.filter(({ table }) => table !== 'market')
    printLine(`  ${symbol} on ${venue}: ${all.map(({ table, rows }) => `${rows} ${table}`).join(', ')}`)
  }
  printLine(
    report.markets_compared
      ? 'Every row was read again in both places, and is the same.'
      : 'Every row but those of markets was read again in both places, and is the same; of markets there was no file here to compare with.',
  )
  if (aside !== null) printLine(`The file that was there is now ${aside}`)
  printLine(
    isBack
      ? 'From now on leave --database and DATABASE_URL away. The PostgreSQL keeps its rows.'
      : 'From now on say its address by DATABASE_URL, to annotate serve and to every other verb. The file keeps its rows.',
  )
}
