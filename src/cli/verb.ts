// What every verb of the command line shares: its options, how it ends, and how it is interrupted.
import { Command, Option } from 'commander'
import { crowding } from '../core/crowding.ts'
import type { DatabaseChoice } from '../core/database.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { storageFault } from '../core/storage-fault.ts'
import { workspaceAt, type Workspace } from '../core/workspace.ts'
import { databaseChoice, databaseOption } from './database-option.ts'

export interface CommonOptions {
  workspace: string
  /** As it was given. */
  database?: string
  json?: boolean
}

/** What a verb's work is handed besides its own options. */
export interface Verb {
  readonly workspace: Workspace
  /** Which has the workspace's tables. */
  readonly database: DatabaseChoice
  /** Results as JSON on stdout, nothing else there. */
  readonly json: boolean
  /** Aborted by SIGTERM, SIGINT, or when the terminal goes. */
  readonly signal: AbortSignal
}

/** A verb that only has verbs of its own. */
export function group(name: string, description: string): Command {
  return new Command(name).description(description).helpOption('-h, --help', 'show this help')
}

/** A command with --workspace, --database and --json. */
export function verb(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--workspace <dir>', 'where everything is kept')
        .env('ANNOTATE_WORKSPACE')
        .default('workspace'),
    )
    .addOption(databaseOption())
    .option('--json', 'print the result as JSON on stdout')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('Run it with --help to see what it takes.')
}

/** Exit code where more than one row in ten of a file was refused. */
export const MANY_REFUSED = 3
/** Exit code where `doctor` finds something amiss. */
export const UNSOUND = 3
const REFUSED_ROWS = new Set(['mostly_refused', 'no_usable_rows'])

/** Runs a verb's work; failure is told in words on stderr and by exit code 1, or 3 where a file's rows were refused. */
export async function runVerb(options: CommonOptions, work: (verb: Verb) => Promise<void>): Promise<void> {
  const { signal, done } = interruptible()
  try {
    const workspace = workspaceAt(options.workspace)
    const database = databaseChoice(workspace, options.database)
    await work({ workspace, database, json: options.json === true, signal })
  } catch (error) {
    printFailure(error)
    process.exitCode = exitCodeOf(error)
  } finally {
    done()
  }
}

function exitCodeOf(error: unknown): number {
  if (!(error instanceof AppError) || !REFUSED_ROWS.has(error.code)) return 1
  return Number(error.details['refused_count']) > 0 ? MANY_REFUSED : 1
}

/** Time an end is given before the process is ended the hard way … */
const PATIENCE_MS = 1_800
/** … and where others want the cores too, so much longer, up to this: what would end in order is not cut off. */
const MOST_PATIENCE_MS = 8_000
/** What still hangs on a connection after the work is done has nothing left to lose. */
const LINGER_MS = 200

function interruptible(): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController()
  let isDone = false
  const end = (): void => process.exit(isDone ? process.exitCode : 1)
  const onSignal = (): void => {
    controller.abort()
    setTimeout(end, Math.min(MOST_PATIENCE_MS, PATIENCE_MS * crowding())).unref()
  }
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  for (const name of signals) process.on(name, onSignal)
  const done = (): void => {
    isDone = true
    if (controller.signal.aborted) setTimeout(end, LINGER_MS).unref()
    for (const name of signals) process.off(name, onSignal)
  }
  return { signal: controller.signal, done }
}

/** Resolves when the verb is interrupted. */
export async function interrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function printFailure(error: unknown): void {
  if (error instanceof Error && error.name === 'AbortError') {
    process.stderr.write('annotate: interrupted.\n')
    return
  }
  const known = error instanceof AppError ? error : storageFault(error)
  if (known !== null) process.stderr.write(`annotate: ${known.message} [${known.code}]\n`)
  else
    process.stderr.write(
      `annotate: ${messageOf(error)}\n${error instanceof Error ? (error.stack ?? '') : ''}\n`,
    )
}
