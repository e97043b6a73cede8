// docs/sources.md says what the tests register: the cases, who is run through them and where, and tests that there are.
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { CASES, SOURCES } from './source-conformance.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const textOf = (path: string): string => readFileSync(join(root, path), 'utf8')
const page = textOf('docs/sources.md')

/** The cells of the table whose header is `header`, row by row. */
function rowsUnder(header: string): string[][] {
  const [, below] = page.split(`${header}\n`)
  if (below === undefined) throw new Error(`docs/sources.md has no table with the header ${header}`)
  const lines = below.split('\n').slice(1)
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

/** [source, file] of each run of the cases in a test file. A run whose source is not spelled out, or that may be skipped, is an error. */
function runs(): [string, string][] {
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `test/${file.replaceAll(sep, '/')}`)
    .flatMap((file) => {
      const text = textOf(file)
      const named = [...text.matchAll(/^ *conformance\('([^']+)'/gm)].map(([, name = '']) => name)
      const all = [...text.matchAll(/^ *conformance\(/gm)].length
      if (named.length < all) throw new Error(`${file}: conformance() wants its source spelled out`)
      if (all > 0 && /\.(skip|skipIf|todo|runIf)\b/.test(text)) throw new Error(`${file}: may be skipped`)
      return named.map((name): [string, string] => [name, file])
    })
}

const numbers = CASES.map((_, index) => index + 1)
const MATRIX = `| source | ${numbers.join(' | ')} | run in |`
const SHOWN = '| source | what is shown | test |'

describe('docs/sources.md', () => {
  it('lists the cases by number and title', () => {
    const listed = [...page.matchAll(/^\d+\. .+$/gm)].map(([line]) => line)
    expect(listed).toEqual(CASES.map(({ title }, index) => `${index + 1}. ${title}`))
  })

  it('marks the sources that are run through the cases, and no others', () => {
    const ran = new Map(runs())
    expect(ran.size).toBe(runs().length)
    const expected = SOURCES.map((source) => {
      const file = ran.get(source)
      const mark = file === undefined ? '–' : '✓'
      return [source, ...numbers.map(() => mark), file === undefined ? '' : `\`${file}\``]
    })
    expect(rowsUnder(MATRIX)).toEqual(expected)
  })

  it('has a row for every exchange with facts of its own', () => {
    const exchanges = [...textOf('src/market/exchange/profiles.ts').matchAll(/^ {2}(\w+): [A-Z_]+,$/gm)]
    expect(exchanges.length).toBeGreaterThan(0)
    expect(SOURCES).toEqual(expect.arrayContaining(exchanges.map(([, id]) => id)))
  })

  it.each(rowsUnder(SHOWN))('names a source and a test that there are: %s, %s', (source, _, test) => {
    const [, file = '', title = ''] = /^`(test\/.+)` "(.+)"$/.exec(test ?? '') ?? []
    expect(SOURCES).toContain(source)
    expect(["'", '"', '`'].some((quote) => textOf(file).includes(quote + title))).toBe(true)
  })

  it('says what else is shown of each source that is run through no case', () => {
    const ran = new Set(runs().map(([source]) => source))
    const shown = new Set(rowsUnder(SHOWN).map(([source]) => source))
    expect(SOURCES.filter((source) => !ran.has(source) && !shown.has(source))).toEqual([])
  })
})
