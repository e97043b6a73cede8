// One seed of the scenario in a process of its own.
import { runTrial, type TrialOptions } from './trial.ts'

process.on('disconnect', () => process.exit(1))
process.once('message', (options: TrialOptions) => {
  const say = (what: string) => console.error(`seed ${options.seed}: ${what}`)
  void runTrial(options, say).then((result) => process.send?.(result, () => process.exit(0)))
})
