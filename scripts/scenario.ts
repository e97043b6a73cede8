// The guide's scenario: does the CNN learn breakouts from ten annotations? `npm run scenario -- --help` names its options.
import { fork } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { noTruthLine, scoreTable, seedTable, targetsOf } from './scenario/table.ts'
import type { TrialOptions, TrialResult } from './scenario/trial.ts'

/** The seeds that are reported. Nothing was tuned on them, nor on the markets made of them (1,000 to 3,000 higher). */
const SEEDS = [31, 32, 33, 34, 35]
const REPORT = fileURLToPath(new URL('../docs/scenario.md', import.meta.url))
const PROCESS = fileURLToPath(new URL('scenario/trial-process.ts', import.meta.url))

interface Options {
  seeds: string
  breakouts: string
  ceiling: string
  ceilingSeeds: string
  parallel: string
  write: boolean
}

const command = new Command('scenario')
  .description('Trains the CNN on a few annotated breakouts of the demo market and tests it on others.')
  .option('--seeds <n>', 'how many of the seeds 31 to 35', '5')
  .option('--breakouts <n>', 'true breakouts, and false ones, of each test', '100')
  .option('--ceiling <n>', 'annotations of the ceiling; 0 leaves it out', '1000')
  .option('--ceiling-seeds <n>', 'seeds that train a ceiling', '5')
  .option('--parallel <n>', 'seeds at a time', String(availableParallelism()))
  .option('--no-write', 'print only, leave docs/scenario.md as it is')

async function main(): Promise<void> {
  const options = command.parse().opts<Options>()
  const began = performance.now()
  const seeds = SEEDS.slice(0, Number(options.seeds))
  const trials = seeds.map((seed, i): TrialOptions => ({
    seed,
    breakouts: Number(options.breakouts),
    ceiling: i < Number(options.ceilingSeeds) ? Number(options.ceiling) : 0,
  }))
  const results = await runAll(trials, Number(options.parallel))
  const text = reportOf(results, (performance.now() - began) / 60_000)
  console.log(text)
  if (options.write) await writeFile(REPORT, text)
}

async function runAll(trials: readonly TrialOptions[], parallel: number): Promise<TrialResult[]> {
  const results = new Map<TrialOptions, TrialResult>()
  const waiting = [...trials]
  const work = async () => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      results.set(trial, await runOne(trial))
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, trials.length) }, work))
  return trials.map((trial) => results.get(trial)!)
}

function runOne(trial: TrialOptions): Promise<TrialResult> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [], { serialization: 'advanced' })
    child.once('message', (result) => resolve(result as TrialResult))
    child.once('exit', (code) => reject(new Error(`seed ${trial.seed} ended with exit code ${code}`)))
    child.send(trial)
  })
}

function reportOf(results: readonly TrialResult[], minutes: number): string {
  const targets = targetsOf(results).map(({ text, met }) => `- ${met ? 'met' : 'NOT MET'}: ${text}`)
  return `${[
    "# The guide's scenario",
    `Made by \`npm run scenario\` in ${minutes.toFixed(0)} minutes, ${results.length} seeds, mean ± standard deviation over them. The market is simulated: the figures say that the loop learns what it is shown, not that it would earn money anywhere.`,
    ABOUT,
    '## Targets',
    targets.join('\n'),
    '## Figures',
    scoreTable(results),
    noTruthLine(results),
    '## By seed',
    seedTable(results),
    '## What the rows mean',
    MEANING,
  ].join('\n\n')}\n`
}

const ABOUT = `Training: the true breakouts of one stretch of the demo market until there are five up and five down are annotated (entry 5–20 s after the start at the last close, exit at the best close until the move is over), the stretch is marked as reviewed, and the CNN is trained by default settings, 10 epochs. \`on\` is chosen out of fold. Test: another seed, fresh hours until there are 100 true and 100 false breakouts, unless told otherwise. A hit is a call in the right direction that opens within 60 s of a true breakout's start (the first trade beyond the range), once per breakout; every other call is false. The generator was frozen in a commit of its own before anything was tuned, and what was tuned was tuned on other seeds (1 to 8, 60, 100 to 213, 901 to 904, and those 1,000 above them).`

const MEANING = `- **hit**: share of the true breakouts hit (recall). **F1**: 2·hits / (calls + true breakouts).
- **share of the move left**: of the way from the range's boundary to the furthest price of the move, what was still to come when the call opened; mean over hits.
- **net P&L**: every call entered at its last close and left after the median holding time of the training annotations, less 0.1 % a side; mean over calls. No sizing, no stop: a figure to compare rows by.
- **plain rule**: a 1s close beyond the range of the last 30 minutes by k ATR (14 minutes). Tuned: k with the best F1 on the training stretch. Oracle: k with the best F1 on the test itself, which nobody can know.
- **random caller**: as many calls as the CNN made, at random seconds and sides; mean of 200 draws.
- **entries placed at random**: the same training on as many annotations entered at random seconds, on whichever side paid. What is left is what the pipeline makes of nothing.
- **ceiling**: the same CNN with many more annotations from a market of its own, 4 views of each example an epoch instead of 32, validated by walking forward over its second half.`

await main()
