// The table of few labels: each model and floor with 5 to 50 annotations and five seeds. `npm run few-labels -- --help` names its options.
import { execFileSync, fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { MODELS } from '../src/models/registry.ts'
import { FLOORS, VARIANTS } from './few-labels/cell.ts'
import { CellStore, type Cell, type MarketName } from './few-labels/cells.ts'
import { hasRecordedDays } from './few-labels/recorded.ts'
import { reportOf } from './few-labels/report.ts'
import type { Task } from './few-labels/task-process.ts'

/** Nothing was tuned on these, nor on the markets made of them (5,000 higher). */
const SEEDS = [51, 52, 53, 54, 55]
const ANNOTATIONS = [5, 10, 20, 50]
const ABLATED = 'cnn'
const ABLATION_ANNOTATIONS = [10, 20]
const REPORT = fileURLToPath(new URL('../docs/few-labels.md', import.meta.url))
const PROCESS = fileURLToPath(new URL('few-labels/task-process.ts', import.meta.url))

interface Options {
  quick?: boolean
  cache: string
  parallel: string
  models?: string
  markets: string
  seeds: string
  annotations: string
  measure: boolean
  write: boolean
}

const command = new Command('few-labels')
  .description(
    'Trains every model on 5, 10, 20 and 50 annotations with five seeds and tests it on seconds it never saw.',
  )
  .option('--quick', 'one seed, 5 and 10 annotations, a short test, nothing written: to see that it runs')
  .option('--cache <folder>', 'where measured cells are kept', join(tmpdir(), 'annotate-few-labels'))
  .option('--parallel <n>', 'processes at a time', '2')
  .option('--models <ids>', 'models, by commas; all where absent')
  .option('--markets <names>', 'demo, recorded, by commas', 'demo,recorded')
  .option('--seeds <n>', `how many of the seeds ${SEEDS[0]} to ${SEEDS.at(-1)}`, String(SEEDS.length))
  .option('--annotations <n>', 'by commas', ANNOTATIONS.join(','))
  .option('--no-measure', 'write the report of what was measured before')
  .option('--no-write', 'print only, leave docs/few-labels.md as it is')

async function main(): Promise<void> {
  const options = command.parse().opts<Options>()
  const quick = options.quick === true
  const cache = quick ? `${options.cache}-quick` : options.cache
  const seeds = SEEDS.slice(0, quick ? 1 : Number(options.seeds))
  const annotations = quick ? [5, 10] : options.annotations.split(',').map(Number)
  const models = modelsOf(options.models)
  if (!hasRecordedDays) console.error('The recorded days are left out: ../shared/data is absent.')
  const markets = (['demo', 'recorded'] as const).filter(
    (market) => options.markets.split(',').includes(market) && (market === 'demo' || hasRecordedDays),
  )
  const store = new CellStore(cache)
  const tasks = annotations.flatMap((count) =>
    seeds.flatMap((seed) =>
      markets.map((market): Task => {
        const cells = cellsOf(market, seed, count, models, quick).filter((cell) => store.get(cell) === null)
        return { market, seed, cells, cache, commit: commit(), breakouts: quick ? 5 : 30 }
      }),
    ),
  )
  if (options.measure) await runAll(tasks, Number(options.parallel))
  const text = reportOf(store, {
    callers: [...MODELS, ...FLOORS.map((name) => ({ id: name, name }))],
    annotations: ANNOTATIONS,
    seeds: SEEDS,
    ablated: ABLATED,
    ablationAnnotations: ABLATION_ANNOTATIONS,
  })
  console.log(text)
  if (options.write && !quick) await writeFile(REPORT, text)
}

function modelsOf(ids: string | undefined): string[] {
  const known = MODELS.map(({ id }) => id)
  const wanted = ids?.split(',') ?? known
  const unknown = wanted.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw new Error(`no model ${unknown.join(', ')}; there are ${known.join(', ')}`)
  return wanted
}

function cellsOf(
  market: MarketName,
  seed: number,
  annotations: number,
  models: readonly string[],
  quick: boolean,
): Cell[] {
  const of = (caller: string, variant: Cell['variant']): Cell => ({
    market,
    caller,
    variant,
    annotations,
    seed,
  })
  const able = models.filter((id) => market === 'demo' || !needsBooks(id))
  const ablates =
    !quick && market === 'demo' && ABLATION_ANNOTATIONS.includes(annotations) && models.includes(ABLATED)
  return [
    ...[...FLOORS, ...able].map((caller) => of(caller, 'default')),
    ...(ablates ? VARIANTS.slice(1).map((variant) => of(ABLATED, variant)) : []),
  ]
}

/** The recorded days have none. */
function needsBooks(id: string): boolean {
  return MODELS.some((model) => model.id === id && model.needs.includes('order_book'))
}

async function runAll(tasks: readonly Task[], parallel: number): Promise<void> {
  const waiting = tasks.filter(({ cells }) => cells.length > 0)
  const work = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) await runOne(task)
  }
  await Promise.all(Array.from({ length: Math.min(parallel, waiting.length) }, work))
}

function runOne(task: Task): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [], { serialization: 'advanced' })
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${task.market} seed ${task.seed} ended with exit code ${code}`))
    })
    child.send(task)
  })
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}

await main()
