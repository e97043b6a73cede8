// `npm run bench -- --short`: every bench comes to its end and leaves its rows; a name that is none is refused.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Row } from '../../bench/bench.ts'

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const MINUTE = 60_000
/** Both form the table; the others are benches. */
const PARTS = new Set(['run.ts', 'bench.ts', 'table.ts'])
const NAMES = readdirSync(at('bench'))
  .filter((file) => file.endsWith('.ts') && !PARTS.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
/** The page's bench opens the built page. */
const asked = NAMES.filter((name) => name !== 'page' || existsSync(at('dist/index.html')))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function bench(...words: string[]): Promise<Ended> {
  const args = ['--import', at('bin/typescript.js'), at('bench/run.ts'), ...words]
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

/** Some minutes of both cores: done by CI, elsewhere asked for (`CI=true npm test -- test/loop/benches.test.ts`). */
const isAsked = process.env['CI'] !== undefined

describe.skipIf(!isAsked)('the short form of each bench (CI)', () => {
  let ended: Ended
  beforeAll(async () => {
    ended = await bench('--short', '--json', ...asked)
  }, 15 * MINUTE)

  it('ends without an error', () => {
    expect(ended.stderr).not.toMatch(/failed|Error/)
    expect(ended.code).toBe(0)
  })

  it.each(asked)('%s has figures in the table', (name) => {
    const { benches } = JSON.parse(ended.stdout) as { benches: { bench: string; rows: Row[] }[] }
    const rows = benches.find(({ bench: of }) => of === name)?.rows ?? []
    expect(rows).not.toEqual([])
    for (const row of rows) expect(isFigure(row), JSON.stringify(row)).toBe(true)
  })
})

/** JSON has null for what is no number. */
function isFigure({ value, unit, note = '' }: Row): boolean {
  return Number.isFinite(value) ? unit !== '' : note.startsWith('left out: ')
}

it('names the benches there are where one is asked for that is none', async () => {
  const { code, stderr } = await bench('marke')
  expect(code).toBe(1)
  expect(stderr).toContain(`No bench is called marke. There are: ${NAMES.toSorted().join(', ')}.`)
})
