// What CONTRIBUTING says of the size of files and functions, measured.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { houseFigures, longest, quantile, type Measured } from './house.ts'

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url))
const sizes = (all: readonly Measured[]): number[] => all.map(({ lines }) => lines)

describe('the house', () => {
  const { files, functions } = houseFigures(SOURCES)

  it('has files of about 80 lines, seldom over 250', () => {
    expect(quantile(sizes(files), 0.5)).toBeLessThanOrEqual(80)
    expect(quantile(sizes(files), 0.95), longest(files)).toBeLessThanOrEqual(250)
  })

  it('has functions that are seldom over 30 lines', () => {
    expect(quantile(sizes(functions), 0.95), longest(functions)).toBeLessThanOrEqual(30)
  })
})

describe('the measure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'annotate-house-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('counts lines, functions inside others, and what asserts that something is there', () => {
    const lines = [
      'export function outer(list: number[]): number {',
      '  const inner = () => {',
      '    return list[0]!',
      '  }',
      "  return inner() + '!'.length",
      '}',
      'declare function bodiless(): void',
      '',
    ]
    writeFileSync(join(folder, 'one.ts'), lines.join('\n'))
    const { files, functions, assertions } = houseFigures(folder)
    expect(files).toEqual([{ at: 'one.ts', lines: 7 }])
    expect(functions).toEqual([
      { at: 'one.ts:1', lines: 6 },
      { at: 'one.ts:2', lines: 3 },
    ])
    expect(assertions).toEqual(['one.ts:3'])
  })

  it('finds the value that a share does not exceed', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i)
    expect(quantile(values, 0.5)).toBe(50)
    expect(quantile(values, 0.95)).toBe(95)
  })
})
