// What a run's folds have shown while others are still trained, in plain words.
import { foundSoFar } from '../../contract/plain-result.ts'
import type { CallTerms } from '../evaluation/choose-rule.ts'
import type { JobResult } from '../learning/job.ts'
import type { Plan } from './plan.ts'
import { chosenRule } from './judgement.ts'

/** Counts by the threshold that the whole validation would choose, were these folds all. */
export class SoFar {
  readonly #plan: Plan
  readonly #terms: CallTerms
  readonly #done: JobResult[] = []
  #words: string | null = null

  constructor(plan: Plan, terms: CallTerms) {
    this.#plan = plan
    this.#terms = terms
  }

  /** Null until an annotation was held out; a fold of another seed or of a random placement adds nothing. */
  with(result: JobResult): string | null {
    const [first] = this.#plan.seeds
    if (first === undefined || !first.jobs.some(({ number }) => number === result.number)) return this.#words
    this.#done.push(result)
    const jobs = first.jobs.filter(({ number }) => this.#done.some((each) => each.number === number))
    const choice = chosenRule({ ...this.#plan, seeds: [{ ...first, jobs }] }, this.#done, this.#terms)
    if (choice !== null) {
      const { hits, missed, falseCalls, hours } = choice.report
      this.#words = foundSoFar({ hits: hits.length, missed: missed.length, wrong: falseCalls.length, hours })
    }
    return this.#words
  }
}
