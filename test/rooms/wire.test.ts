// The wire is said once: an answer or an event that changes its fields no longer compiles on the page.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { typeFaults } from '../type-faults.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const MINUTES = 60_000

/** Schema file, a field as it stands there, and its new name. */
const planted = [
  ['src/contract/training.ts', 'seconds_left', 'seconds_remaining'],
  ['src/contract/market.ts', 'closed', 'is_closed'],
] as const

let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'annotate-wire-'))
  for (const part of ['package.json', 'tsconfig.base.json', 'src/contract', 'src/core', 'src/web']) {
    cpSync(join(root, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

function rename(path: string, field: string, name: string): void {
  const file = join(copy, path)
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(`  ${field}: `)
  writeFileSync(file, text.replaceAll(`  ${field}: `, `  ${name}: `))
}

it(
  'compiles as it is, and not once an answer and an event name a field otherwise',
  () => {
    expect(typeFaults(copy, 'src/web')).toEqual([])
    for (const [path, field, name] of planted) rename(path, field, name)
    const faults = typeFaults(copy, 'src/web').join('\n')
    for (const [, field] of planted) {
      expect(faults).toMatch(new RegExp(`^src/web/.*Property '${field}' does not exist`, 'm'))
    }
  },
  6 * MINUTES,
)
