// The libraries that are made one file each: they hold what was installed, and a process of ours reads them.
import { execFileSync } from 'node:child_process'
import { beforeAll, expect, it } from 'vitest'
import { LIBRARIES, areMade, fileOf, folder } from '../../../bin/libraries.js'
import { ensureLibraries } from '../../../scripts/libraries.js'

/** Prints the addresses of all that a process loads. */
const LIST = `import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) { console.log(url); return next(url, context) } })`

beforeAll(ensureLibraries, 60_000)

it.each(LIBRARIES)('%s exports what was installed', async (library) => {
  const made = (await import(new URL(`${fileOf(library)}.mjs`, folder).href)) as object
  const installed = (await import(library)) as object
  expect(Object.keys(made)).toEqual(Object.keys(installed))
})

it.runIf(process.features.typescript === 'strip')(
  'a process of ours reads them, and not what was installed',
  () => {
    expect(areMade()).toBe(true)
    const program = new URL('../../../src/contract/annotations.ts', import.meta.url).href
    const typescript = new URL('../../../bin/typescript.js', import.meta.url).href
    const list = `data:text/javascript,${encodeURIComponent(LIST)}`
    const args = ['--import', list, '--import', typescript, '-e', `import('${program}')`]
    const loaded = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n')
    expect(loaded).toContain(new URL('typebox.mjs', folder).href)
    expect(loaded.filter((url) => url.includes('/node_modules/typebox/'))).toEqual([])
  },
)
