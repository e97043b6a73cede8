// The table of few labels: each model and floor with 5 to 50 annotations and five seeds; with --real of visible patterns on real seconds. `npm run few-labels -- --help` names its options.
import { execFileSync, fork } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { MODELS } from '../src/models/registry.ts'
import { VARIANTS } from './few-labels/cell.ts'
import { FLOORS } from './few-labels/floor-cell.ts'
import { CellStore, type Cell, type MarketName } from './few-labels/cells.ts'
import { BESIDE } from './few-labels/candle-files.ts'
import { PATTERNS } from './few-labels/patterns/registry.ts'
import { realCells } from './few-labels/real/cells.ts'
import { hasMarket, REAL_MARKETS } from './few-labels/real/markets.ts'
import { REAL_HEADING, realReport } from './few-labels/real/report.ts'
import { hasRecordedDays } from './few-labels/recorded.ts'
import { reportOf, sectionOfMarket, type PlainMarket } from './few-labels/report.ts'
import { sectionOf, withSection } from './few-labels/sections.ts'
import type { Task } from './few-labels/task-process.ts'

/** Nothing was tuned on these, nor on the markets made of them (5,000 higher). */
const SEEDS = [51, 52, 53, 54, 55]
const ANNOTATIONS = [5, 10, 20, 50]
const PLAIN_MARKETS: readonly PlainMarket[] = ['demo', 'recorded']
const ABLATED = 'cnn'
const ABLATION_ANNOTATIONS = [10, 20]
const CALLERS = [...MODELS, ...FLOORS.map((name) => ({ id: name, name }))]
const REPORT = fileURLToPath(new URL('../docs/few-labels.md', import.meta.url))
const PROCESS = fileURLToPath(new URL('few-labels/task-process.ts', import.meta.url))

interface Options {
  quick?: boolean
  cache: string
  parallel: string
  models?: string
  markets?: string
  real?: boolean
  patterns?: string
  data: string
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
  .option(
    '--markets <names>',
    'by commas: demo, recorded, whose sections alone are written; with --real gold, spy; all where absent',
  )
  .option('--real', 'visible patterns on real seconds: measures and writes that section alone')
  .option(
    '--patterns <ids>',
    `of --real, by commas: ${PATTERNS.map(({ id }) => id).join(', ')}; all where absent`,
  )
  .option('--data <folder>', 'of --real: where the recorded data lie', BESIDE)
  .option('--seeds <n>', `how many of the seeds ${SEEDS[0]} to ${SEEDS.at(-1)}`, String(SEEDS.length))
  .option('--annotations <n>', 'by commas', ANNOTATIONS.join(','))
  .option('--no-measure', 'write the report of what was measured before')
  .option('--no-write', 'print only, leave docs/few-labels.md as it is')

/** What is to be measured, as options ask for it. */
interface Wanted {
  readonly quick: boolean
  readonly cache: string
  readonly seeds: readonly number[]
  readonly annotations: readonly number[]
  readonly models: readonly string[]
  readonly store: CellStore
}

async function main(): Promise<void> {
  const options = command.parse().opts<Options>()
  const quick = options.quick === true
  const cache = quick ? `${options.cache}-quick` : options.cache
  const wanted: Wanted = {
    quick,
    cache,
    seeds: SEEDS.slice(0, quick ? 1 : Number(options.seeds)),
    annotations: quick ? [5, 10] : options.annotations.split(',').map(Number),
    models: chosen('model', options.models, MODELS),
    store: new CellStore(cache),
  }
  const tasks = options.real === true ? realTasks(options, wanted) : plainTasks(options, wanted)
  if (options.measure) await runAll(tasks, Number(options.parallel))
  const text = options.real === true ? await withReal(wanted) : await withoutReal(wanted, options.markets)
  console.log(text)
  if (options.write && !quick) await writeFile(REPORT, text)
}

function plainTasks(options: Options, { quick, cache, seeds, annotations, models, store }: Wanted): Task[] {
  if (!hasRecordedDays) console.error('The recorded days are left out: ../shared/data is absent.')
  const markets = plainMarkets(options.markets).filter((market) => market === 'demo' || hasRecordedDays)
  return annotations.flatMap((count) =>
    seeds.flatMap((seed) =>
      markets.map((market): Task => {
        const cells = cellsOf(market, seed, count, models, quick).filter((cell) => store.get(cell) === null)
        const { data } = options
        const breakouts = quick ? 5 : 30
        return {
          name: `${market} seed ${seed}`,
          seeds: SEEDS,
          cells,
          cache,
          commit: commit(),
          breakouts,
          data,
        }
      }),
    ),
  )
}

function realTasks({ data, ...options }: Options, wanted: Wanted): Task[] {
  const { cache, store } = wanted
  const patterns = chosen('pattern', options.patterns, PATTERNS)
  const ids = chosen('market', options.markets, REAL_MARKETS)
  const markets = REAL_MARKETS.filter(({ id }) => ids.includes(id))
  const there = markets.filter((market) => hasMarket(data, market))
  const absent = markets.filter((market) => !there.includes(market)).map(({ name }) => name)
  if (absent.length > 0) console.error(`Left out, as ${data} has no candles of them: ${absent.join(', ')}.`)
  return there.map(({ id: name }) => {
    const cells = realCells(name, { ...wanted, patterns }).filter((cell) => store.get(cell) === null)
    return { name, seeds: SEEDS, cells, cache, commit: commit(), breakouts: 0, data }
  })
}

/** The document with its section of real seconds made anew, all else as it is. */
async function withReal({ store }: Wanted): Promise<string> {
  const real = realReport(store, { callers: CALLERS, annotations: ANNOTATIONS, seeds: SEEDS })
  return withSection(await readFile(REPORT, 'utf8'), real)
}

/** The document made anew, but for its section of real seconds; of some markets alone, all else as it is. */
async function withoutReal({ store }: Wanted, markets?: string): Promise<string> {
  const report = {
    callers: CALLERS,
    annotations: ANNOTATIONS,
    seeds: SEEDS,
    ablated: ABLATED,
    ablationAnnotations: ABLATION_ANNOTATIONS,
  }
  const before = await readFile(REPORT, 'utf8')
  if (markets !== undefined) {
    const sections = plainMarkets(markets).map((market) => sectionOfMarket(store, report, market))
    return sections.reduce(withSection, before)
  }
  const text = reportOf(store, report)
  const real = sectionOf(before, REAL_HEADING)
  return real === null ? text : withSection(text, real)
}

function plainMarkets(names: string | undefined): PlainMarket[] {
  const ids = chosen(
    'market',
    names,
    PLAIN_MARKETS.map((id) => ({ id })),
  )
  return PLAIN_MARKETS.filter((market) => ids.includes(market))
}

/** Ids as an option names them, by commas; all where it is absent. */
function chosen(kind: string, ids: string | undefined, all: readonly { readonly id: string }[]): string[] {
  const known = all.map(({ id }) => id)
  const wanted = ids?.split(',') ?? known
  const unknown = wanted.filter((id) => !known.includes(id))
  if (unknown.length > 0) throw new Error(`no ${kind} ${unknown.join(', ')}; there are ${known.join(', ')}`)
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
      else reject(new Error(`${task.name} ended with exit code ${code}`))
    })
    child.send(task)
  })
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
}

await main()
