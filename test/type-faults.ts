// What TypeScript finds wrong with a copy of the tree: the TypeScript that the linter has within, in half a compiler's time, for all projects at once.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Linted {
  readonly diagnostics: readonly { readonly filename: string; readonly message: string }[]
  readonly number_of_files: number
}

const OXLINT = fileURLToPath(new URL('../node_modules/oxlint/bin/oxlint', import.meta.url))
const NO_RULES = { plugins: [], categories: { correctness: 'off' }, options: { typeAware: true } }

/**
 * One line a fault, `<file>: <words>`, of every file below a folder of the copy, each by the project that it belongs to.
 * @throws Error where nothing was looked at
 */
export function typeFaults(copy: string, folder: string): string[] {
  writeFileSync(join(copy, 'no-rules.json'), JSON.stringify(NO_RULES))
  const how = ['-c', 'no-rules.json', '--type-aware', '--type-check', '--format', 'json', folder]
  const { stdout, stderr } = spawnSync(process.execPath, [OXLINT, ...how], { cwd: copy, encoding: 'utf8' })
  const { diagnostics, number_of_files: files } = JSON.parse(stdout) as Linted
  if (files === 0) throw new Error(`No file of the copy was looked at: ${stderr}`)
  return diagnostics.map(({ filename, message }) => `${filename}: ${message}`)
}
