// A vitest reporter that lists, at the end of a run, the files that took longest: what makes the tests slow is seen in every run.
const SHOWN = 15

export default class SlowestReporter {
  onTestRunEnd(modules) {
    const took = modules.map((module) => {
      const { setupDuration, collectDuration, duration } = module.diagnostic()
      return { file: module.relativeModuleId, seconds: (setupDuration + collectDuration + duration) / 1000 }
    })
    const slowest = took.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN)
    if (took.length <= SHOWN) return
    console.log('\nThe slowest files, s:')
    for (const { file, seconds } of slowest) console.log(`${seconds.toFixed(1).padStart(7)}  ${file}`)
  }
}
