// `npm run bench -- --short`: every bench comes to its end and leaves its rows. `npm test` asks it in CI, after all other tests: beside them it would take many times as long.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { benchNames, type Row } from '../../bench/bench.ts'

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const MINUTE = 60_000
/** It takes three on two cores. */
const LIMIT = 12 * MINUTE
/** The page's bench opens the built page. */
const asked = benchNames().filter((name) => name !== 'page' || existsSync(at('dist/index.html')))

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** One that hangs is ended, so that what it said is known. */
function bench(...words: string[]): Promise<Ended> {
  const args = ['--import', at('bin/typescript.js'), at('bench/run.ts'), ...words]
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { timeout: LIMIT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

describe('the short form of each bench', () => {
  let ended: Ended
  beforeAll(async () => {
    ended = await bench('--short', '--json', ...asked)
  }, LIMIT + MINUTE)

  it('ends without an error', () => {
    expect(ended.stderr).not.toMatch(/failed|Error/)
    expect(ended.code, ended.stderr).toBe(0)
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
