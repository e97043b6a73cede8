// `npm run bench -- --short`: every bench comes to its end and leaves its rows in the table; a name that is none is refused.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Bench } from '../../bench/bench.ts'

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

/** Some minutes of both cores: asked for by name (`ANNOTATE_BENCHES=1 npm test -- test/loop/benches.test.ts`). */
const isAsked = process.env['ANNOTATE_BENCHES'] !== undefined

describe.skipIf(!isAsked)('the short form of each bench (ANNOTATE_BENCHES)', () => {
  let ended: Ended
  beforeAll(async () => {
    ended = await bench('--short', ...asked)
  }, 15 * MINUTE)

  it('ends without an error', () => {
    expect(ended.stderr).not.toMatch(/failed|Error/)
    expect(ended.code).toBe(0)
  })

  it.each(asked)('%s has figures in the table', async (name) => {
    const { title } = (await import(at(`bench/${name}.ts`))) as Bench
    const [, table = ''] = ended.stdout.split(`\n${title}\n`)
    const rows = table.split('\n\n', 1)[0]!.split('\n')
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toMatch(/^ {2}\S.* {2}\s*(-?[\d,.]+ \S|NaN .*left out: )/)
  })
})

it('names the benches there are where one is asked for that is none', async () => {
  const { code, stderr } = await bench('marke')
  expect(code).toBe(1)
  expect(stderr).toContain(`No bench is called marke. There are: ${NAMES.toSorted().join(', ')}.`)
})
