// `annotate worker`: does jobs of the servers that share a PostgreSQL, on this machine, until SIGTERM.
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { BacktestLane } from '../../backtest/queue/backtest-lane.ts'
import { MarketCopies } from '../../market/log/market-copies.ts'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import { RowsLane } from '../../moments/queue/rows-lane.ts'
import { SCHEMAS } from '../../server/schemas.ts'
import { TRAINING } from '../../training/queue/lane.ts'
import { JOB_KINDS, type JobKind } from '../../queue/open-queue.ts'
import { runWorker, type LanePlace, type WorkerKind } from '../../queue/worker.ts'
import type { WorkerFacts } from '../../queue/workers.ts'
import { ExportLane } from '../exports/export-lane.ts'
import { countTo } from '../numbers.ts'
import { printJson, printLine } from '../output.ts'
import { runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

const MOST_PROCESSES = 256

interface WorkerFlags extends CommonOptions {
  kinds: readonly JobKind[]
  processes: number
}

export function workerVerb(description: string): Command {
  return verb('worker', description)
    .option('--kinds <kinds>', `which jobs it does (default: ${JOB_KINDS.join(',')})`, kinds, [...JOB_KINDS])
    .option(
      '--processes <N>',
      'jobs done at a time, each in a process of one thread',
      countTo(MOST_PROCESSES),
      availableParallelism(),
    )
    .action(async (flags: WorkerFlags) => runVerb(flags, (run) => work(run, flags)))
}

function kinds(text: string): JobKind[] {
  const words = new Set(text.split(',').map((word) => word.trim()))
  const known = JOB_KINDS.filter((kind) => words.delete(kind))
  if (words.size === 0 && known.length > 0) return known
  throw new InvalidArgumentError(
    `Expected one or more of ${JOB_KINDS.join(', ')}, with commas between them: other work is not done by workers.`,
  )
}

async function work(
  { workspace, database, json, signal }: Verb,
  { processes, kinds: wanted }: WorkerFlags,
): Promise<void> {
  if (database.postgres === null) {
    const message =
      'A worker takes its jobs from the PostgreSQL that servers share: give --database postgres://… or set DATABASE_URL.'
    throw new AppError('database_needed', message, { field: 'database' })
  }
  const folder = join(workspace.root, 'worker')
  const all = kindsOver(folder)
  await runWorker({
    url: database.postgres,
    processes,
    kinds: wanted.map((kind) => all[kind]),
    folder,
    signal,
    onReady: (worker) => tell(worker, json),
    say: (line) => process.stderr.write(`${line}\n`),
  })
}

/** Some read markets, of which the folder keeps copies. */
function kindsOver(folder: string): Record<JobKind, WorkerKind> {
  const migrations = [...SCHEMAS.market, ...SCHEMAS.rooms]
  let known: MarketCopies | undefined
  const copies = ({ queue: { db } }: LanePlace): MarketCopies =>
    (known ??= new MarketCopies({ db, folder: join(folder, 'markets'), migrations, clock: systemClock }))
  return {
    export: { kind: 'export', lane: (place) => new ExportLane(place, copies(place)) },
    training: TRAINING,
    backtest: { kind: 'backtest', lane: (place) => new BacktestLane(place, copies(place)) },
    moments: { kind: 'moments', lane: (place) => new RowsLane(place, copies(place)) },
  }
}

function tell(
  { id, host, pid, version, platform, cpu, features, processes, kinds: done }: WorkerFacts,
  json: boolean,
): void {
  if (json) return printJson({ id, host, pid, version, platform, cpu, features, processes, kinds: done })
  printLine(
    `Worker ${id}: ${processes} jobs at a time (${done.join(', ')}), on ${platform}, ${cpu} (${features.join(' ')})`,
  )
}
