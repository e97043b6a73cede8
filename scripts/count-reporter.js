// A vitest reporter that leaves in the file ANNOTATE_TEST_COUNTS, as JSON, the counts of a run and the files whose process died before their end.
import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'

/** How vitest says that a process that ran tests is gone. */
const DIED = 'Worker exited unexpectedly'

export default class CountReporter {
  /** How processes that this one began ended, other than in order or by vitest's SIGTERM. */
  #ends = []

  constructor() {
    subscribe('child_process', ({ process: child }) => {
      child.once('exit', (code, signal) => {
        if (signal !== 'SIGTERM' && code !== 0) this.#ends.push(signal ?? `code ${code}`)
      })
    })
  }

  onTestRunEnd(modules, unhandledErrors) {
    const deaths = unhandledErrors.filter(({ cause }) => cause?.message === DIED)
    const unfinished = deaths.length === 0 ? [] : modules.filter(isUnfinished)
    const counts = { passed: 0, failed: unhandledErrors.length - deaths.length, skipped: 0 }
    for (const module of modules) if (!unfinished.includes(module)) count(module, counts)
    const died = unfinished.map(({ moduleId }) => moduleId)
    const told = { counts, died, deaths: deaths.length, ends: this.#ends }
    writeFileSync(process.env['ANNOTATE_TEST_COUNTS'], JSON.stringify(told))
  }
}

function isUnfinished(module) {
  return ['queued', 'pending'].includes(module.state())
}

function count(module, counts) {
  for (const test of module.children.allTests()) counts[outcome(test)] += 1
  // A file or a describe that broke outside its tests has no test to count.
  for (const part of [module, ...module.children.allSuites()]) counts.failed += part.errors().length
}

function outcome(test) {
  const { state } = test.result()
  return state === 'pending' ? 'skipped' : state
}
