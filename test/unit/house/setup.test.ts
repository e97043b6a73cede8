// When an install is due: the reasons `npm start` and `npm test` see, on real folders.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whyInstall } from '../../../scripts/setup.js'

type Packages = Record<string, { version: string; optional?: boolean }>

const wanted: Packages = {
  '': { version: '0.1.0' },
  'node_modules/plain': { version: '1.0.0' },
  'node_modules/for-another-platform': { version: '2.0.0', optional: true },
}

describe('whyInstall', () => {
  let folder = ''
  const lock = (path: string, packages: Packages): void =>
    writeFileSync(join(folder, path), JSON.stringify({ packages }))

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'annotate-setup-'))
    lock('package-lock.json', wanted)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('asks for an install on a fresh machine', () => {
    expect(whyInstall(folder)).toBe('The packages are not installed yet.')
  })

  it('sees an install that was cut off', () => {
    mkdirSync(join(folder, 'node_modules'))
    expect(whyInstall(folder)).toBe('node_modules is unfinished.')
  })

  it('is content with what npm ci leaves, other platforms’ packages apart', () => {
    mkdirSync(join(folder, 'node_modules'))
    lock('node_modules/.package-lock.json', { 'node_modules/plain': { version: '1.0.0' } })
    expect(whyInstall(folder)).toBeUndefined()
  })

  it('names the package that a changed lockfile wants otherwise', () => {
    mkdirSync(join(folder, 'node_modules'))
    lock('node_modules/.package-lock.json', { 'node_modules/plain': { version: '0.9.0' } })
    expect(whyInstall(folder)).toBe('node_modules/plain is 0.9.0, the lockfile says 1.0.0.')
    lock('node_modules/.package-lock.json', {})
    expect(whyInstall(folder)).toBe('node_modules/plain is absent, the lockfile says 1.0.0.')
  })
})
