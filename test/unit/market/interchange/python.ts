// A Python that has pandas and pyarrow, where this machine has one: ANNOTATE_PYTHON names it, else python3 or python.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const PYTHON = find()
if (PYTHON === null)
  process.stderr.write(
    'No Python with pandas and pyarrow (ANNOTATE_PYTHON): tests that need one are skipped.\n',
  )

export const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url))
const MAKE = fileURLToPath(new URL('make.py', import.meta.url))

/** Writes every variant that `make.py` knows into `folder`. */
export function makeFiles(folder: string): void {
  execFileSync(PYTHON!, ['-W', 'ignore', MAKE, folder])
}

/** Runs a script that prints one JSON value; its arguments are `sys.argv[1:]`. */
export function python(script: string, ...args: string[]): unknown {
  return JSON.parse(execFileSync(PYTHON!, ['-c', script, ...args], { encoding: 'utf8' })) as unknown
}

function find(): string | null {
  const named = process.env['ANNOTATE_PYTHON']
  for (const program of named === undefined ? ['python3', 'python'] : [named]) {
    try {
      execFileSync(program, ['-c', 'import pandas, pyarrow'], { stdio: 'ignore' })
      return program
    } catch {
      continue
    }
  }
  return null
}
