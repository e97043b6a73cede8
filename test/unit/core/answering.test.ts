// What a process says of a question that failed.
import { expect, it } from 'vitest'
import { wordsOf } from '../../../src/core/answering.ts'

it('says of damage and of a full disk what to do, and of anything else its own words', () => {
  const damage = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' })
  expect(wordsOf(damage)).toMatch(/is damaged.*annotate doctor --repair.*keeps the damaged file/)
  expect(wordsOf(Object.assign(new Error('no'), { code: 'SQLITE_FULL' }))).toMatch(/disk is full/)
  expect(wordsOf(new Error('no rows'))).toBe('no rows')
})
