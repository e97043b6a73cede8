// No model without canaries: each that is registered has a file of its own here, or a reason.
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MODELS } from '../../src/models/registry.ts'

/** Those that the made markets have no data for, and why. */
const WITHOUT: Readonly<Record<string, string>> = {
  cob_rl: 'made markets have no order books; its learner and environment are those of dqn',
}

it.each(MODELS.map(({ id }) => id))('%s has canaries', (id) => {
  const has = existsSync(new URL(`${id}.test.ts`, import.meta.url))
  expect(has).toBe(!(id in WITHOUT))
})
