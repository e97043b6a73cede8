// A bench that there is none of is refused, with the names of those there are.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const at = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
const PARTS = new Set(['run.ts', 'bench.ts', 'table.ts'])

it('names the benches there are where one is asked for that is none', () => {
  const names = readdirSync(at('bench'))
    .filter((file) => file.endsWith('.ts') && !PARTS.has(file))
    .map((file) => file.slice(0, -'.ts'.length))
  const args = ['--import', at('bin/typescript.js'), at('bench/run.ts'), 'marke']
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(status).toBe(1)
  expect(stderr).toContain(`No bench is called marke. There are: ${names.toSorted().join(', ')}.`)
})
