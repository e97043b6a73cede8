// The verbs there are, in the order of help; the code of a verb is loaded when it is called.
import { Command } from 'commander'

interface VerbEntry {
  readonly description: string
  readonly load: () => Promise<(description: string) => Command>
}

const VERBS: Record<string, VerbEntry> = {
  serve: {
    description: 'Serve the charts, the API and live inference',
    load: async () => (await import('./verbs/serve.ts')).serveVerb,
  },
  import: {
    description:
      'Import trades, candles, an order book, labels or a model from a file; only what is missing is added',
    load: async () => (await import('./verbs/import.ts')).importVerb,
  },
  'download-data': {
    description:
      'Fetch candles and trades of an exchange; goes on where it stopped, adds only what is missing',
    load: async () => (await import('./verbs/download-data.ts')).downloadDataVerb,
  },
  record: {
    description: 'Record trades and order books of real markets, for later replay',
    load: async () => (await import('./verbs/record.ts')).recordVerb,
  },
  ledger: {
    description: 'List what is stored of each market: span, rows, gaps, where it came from',
    load: async () => (await import('./verbs/ledger.ts')).ledgerVerb,
  },
  imports: {
    description: 'List what was imported: when, from where, rows, span',
    load: async () => (await import('./verbs/imports.ts')).importsVerb,
  },
  forget: {
    description: 'Take an import, or a stretch of a market, out again; names the test cases that stood on it',
    load: async () => (await import('./verbs/imports.ts')).forgetVerb,
  },
  similar: {
    description: 'List the moments of stored markets that look most like a mark, or an instant',
    load: async () => (await import('./verbs/similar.ts')).similarVerb,
  },
  health: {
    description: 'Show what the data set consists of, and which marks are worth a second look',
    load: async () => (await import('./verbs/health.ts')).healthVerb,
  },
  annotate: {
    description: 'Mark a trade; its test case is written at once',
    load: async () => (await import('./verbs/annotate.ts')).annotateVerb,
  },
  'test-cases': {
    description: 'List test cases and their states, or print one',
    load: async () => (await import('./verbs/test-cases.ts')).testCasesVerb,
  },
  train: {
    description: 'Train a model on the test cases',
    load: async () => (await import('./verbs/train.ts')).trainVerb,
  },
  worker: {
    description: 'Do training jobs of servers that share a PostgreSQL, on this machine, until it is stopped',
    load: async () => (await import('./verbs/worker.ts')).workerVerb,
  },
  runs: {
    description: 'List, compare, pause, resume and cancel training runs',
    load: async () => (await import('./verbs/runs.ts')).runsVerb,
  },
  models: {
    description: 'List models and checkpoints, promote one, roll back, see what was live when',
    load: async () => (await import('./verbs/models.ts')).modelsVerb,
  },
  evaluate: {
    description: 'Show how good a trained model is on what it never saw, beside what it has to beat',
    load: async () => (await import('./verbs/evaluate.ts')).evaluateVerb,
  },
  backtest: {
    description:
      'Run checkpoints over a stored span by the code that runs live; figures beside what they have to beat',
    load: async () => (await import('./verbs/backtest.ts')).backtestVerb,
  },
  backtests: {
    description: 'List, show, pause, resume and cancel backtests',
    load: async () => (await import('./verbs/backtest.ts')).backtestsVerb,
  },
  infer: {
    description: 'Run a model on a market, one signal a second',
    load: async () => (await import('./verbs/infer.ts')).inferVerb,
  },
  calls: {
    description: 'List calls of live sessions, and count how they ended, with intervals',
    load: async () => (await import('./verbs/calls.ts')).callsVerb,
  },
  alerts: {
    description: 'Send calls to other programs as they open, and see what became of each',
    load: async () => (await import('./verbs/alerts.ts')).alertsVerb,
  },
  export: {
    description: 'Write annotations and test cases for other programs',
    load: async () => (await import('./verbs/export.ts')).exportVerb,
  },
  doctor: {
    description: 'Check a workspace: database, test cases, checkpoints, coverage; --repair mends what can be',
    load: async () => (await import('./verbs/doctor.ts')).doctorVerb,
  },
  backup: {
    description: 'Write all of a workspace to one file, also while a server runs on it',
    load: async () => (await import('./verbs/backup.ts')).backupVerb,
  },
  restore: {
    description: 'Make a workspace of a backup; a damaged one is refused before anything is written',
    load: async () => (await import('./verbs/restore.ts')).restoreVerb,
  },
  migrate: {
    description:
      'Move all that the database holds to a PostgreSQL, or back; every row is compared afterwards',
    load: async () => (await import('./verbs/migrate.ts')).migrateVerb,
  },
}

/** Every verb as a command; only the one `called` has its options and its work. */
export async function verbs(called: readonly string[]): Promise<Command[]> {
  return Promise.all(
    Object.entries(VERBS).map(async ([name, { description, load }]) => {
      if (!called.includes(name)) return new Command(name).description(description)
      return (await load())(description)
    }),
  )
}
