// `annotate worker`: does jobs of the servers that share a PostgreSQL, on this machine, until SIGTERM.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { AppError } from '../../core/errors.ts'
import { runWorker } from '../../training/queue/worker.ts'
import type { WorkerFacts } from '../../training/queue/workers.ts'
import { countTo } from '../numbers.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

const MOST_PROCESSES = 256

interface WorkerFlags extends CommonOptions {
  kinds: 'training'
  processes: number
}

export function workerVerb(description: string): Command {
  return verb('worker', description)
    .option('--kinds <kinds>', 'which jobs it does: training', kinds, 'training')
    .option(
      '--processes <N>',
      'jobs done at a time, each in a process of one thread',
      countTo(MOST_PROCESSES),
      availableParallelism(),
    )
    .action(async (flags: WorkerFlags) => runVerb(flags, (run) => work(run, flags)))
}

function kinds(text: string): 'training' {
  if (text === 'training') return text
  throw new InvalidArgumentError('Expected training: other work is not done by workers.')
}

async function work({ workspace, database, json, signal }: Verb, { processes }: WorkerFlags): Promise<void> {
  if (database.postgres === null) {
    const message =
      'A worker takes its jobs from the PostgreSQL that servers share: give --database postgres://… or set DATABASE_URL.'
    throw new AppError('database_needed', message, { field: 'database' })
  }
  await runWorker({
    url: database.postgres,
    processes,
    folder: join(workspace.root, 'worker'),
    signal,
    onReady: (worker) => tell(worker, json),
    say: (line) => process.stderr.write(`${line}\n`),
  })
}

function tell(
  { id, host, pid, version, platform, cpu, features, processes }: WorkerFacts,
  json: boolean,
): void {
  if (json) return printJson({ id, host, pid, version, platform, cpu, features, processes })
  printLine(
    `Worker ${id}: ${processes} training jobs at a time, on ${platform}, ${cpu} (${features.join(' ')})`,
  )
}
