// No model without canaries: each that is registered has a file of its own here.
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { MODELS } from '../../src/models/registry.ts'

it.each(MODELS.map(({ id }) => id))('%s has canaries', (id) => {
  expect(existsSync(new URL(`${id}.test.ts`, import.meta.url))).toBe(true)
})
