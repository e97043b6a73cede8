// Libraries of hundreds of files, one file each: made by scripts/libraries.js, read where they are there. A process begins in half the time.
import { readFileSync } from 'node:fs'
import * as module from 'node:module'

const modules = new URL('../node_modules/', import.meta.url)
const source = new URL('../src/', import.meta.url).href

/** Where the files lie: gone whenever the packages are installed anew. */
export const folder = new URL('.annotate/', modules)
/** What `src` imports of them. */
export const LIBRARIES = ['kysely', 'typebox', 'typebox/compile', 'typebox/schema', 'typebox/value']

/** Without the ending. */
export function fileOf(library) {
  return library.replace('/', '-')
}

/** The installed versions of which the files must have been made. */
export function versions() {
  return ['kysely', 'typebox'].map((name) => JSON.parse(read(`${name}/package.json`)).version).join(' ')
}

/** Whether the files are there and as installed. */
export function areMade() {
  try {
    return read('.annotate/versions') === versions()
  } catch {
    return false
  }
}

/** Has `src` of this process import the files. A program that uses us keeps its own libraries. */
export function importMade() {
  if (!areMade()) return
  const urls = new Map(LIBRARIES.map((library) => [library, new URL(`${fileOf(library)}.mjs`, folder).href]))
  module.registerHooks({
    resolve(specifier, context, next) {
      const url = urls.get(specifier)
      if (url === undefined || !context.parentURL?.startsWith(source)) return next(specifier, context)
      return { url, format: 'module', shortCircuit: true }
    },
  })
}

function read(path) {
  return readFileSync(new URL(path, modules), 'utf8')
}
