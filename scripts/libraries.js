// Makes one file of each library that has hundreds (bin/libraries.js), when it is absent or another version was installed.
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LIBRARIES, areMade, fileOf, folder, versions } from '../bin/libraries.js'
import { root, say } from './setup.js'

/** A fault is no reason not to start: without the files the libraries are read as they were installed. */
export async function ensureLibraries() {
  if (areMade()) return
  try {
    await makeLibraries()
  } catch (error) {
    say(`The libraries stay as they were installed, so processes begin more slowly: ${error.message}`)
  }
}

/** Into a folder of its own, swapped in whole. */
async function makeLibraries() {
  const { build } = await import('vite')
  const fresh = join(root, 'node_modules', `.annotate-${process.pid}`)
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: fresh,
      minify: false,
      target: 'node22',
      rolldownOptions: {
        preserveEntrySignatures: 'strict',
        input: Object.fromEntries(LIBRARIES.map((library) => [fileOf(library), library])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
      },
    },
  })
  writeFileSync(join(fresh, 'versions'), versions())
  const place = fileURLToPath(folder)
  rmSync(place, { recursive: true, force: true })
  try {
    renameSync(fresh, place)
  } catch {
    // Another process made the same at the same moment: theirs stands.
    rmSync(fresh, { recursive: true, force: true })
  }
}
