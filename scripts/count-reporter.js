// A vitest reporter that leaves the counts of a run as JSON in the file ANNOTATE_TEST_COUNTS names.
import { writeFileSync } from 'node:fs'

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[outcome(test)] += 1
      // A file or a describe that broke outside its tests has no test to count.
      for (const part of [module, ...module.children.allSuites()]) counts.failed += part.errors().length
    }
    writeFileSync(process.env['ANNOTATE_TEST_COUNTS'], JSON.stringify(counts))
  }
}

function outcome(test) {
  const { state } = test.result()
  return state === 'pending' ? 'skipped' : state
}
