// Builds the page into dist/ when it is absent or its sources changed; a hash of the sources lies beside it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './setup.js'

const sources = ['src/web', 'src/contract', 'src/core', 'vite.config.ts', 'package-lock.json']
const page = join(root, 'dist')
const stamp = 'sources.sha256'

/** Builds the page if dist/ does not hold the present sources. Ends the process when the build fails. */
export function ensurePage() {
  if (!existsSync(join(root, 'src/web/index.html'))) return
  const hash = hashOf(sources)
  if (existsSync(join(page, 'index.html')) && read(join(page, stamp)) === hash) return
  say(existsSync(page) ? 'The page changed: building it …' : 'Building the page …')
  buildPage(hash)
}

/** Builds into a folder of its own and swaps it in whole, so that a running server never shows half a page. */
export function buildPage(hash = hashOf(sources)) {
  const started = Date.now()
  const fresh = join(root, '.tmp', `page-${process.pid}`)
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { status } = spawnSync(
    process.execPath,
    [
      vite,
      'build',
      '--config',
      join(root, 'vite.config.ts'),
      '--outDir',
      fresh,
      '--logLevel',
      'warn',
      '--emptyOutDir',
    ],
    { cwd: root, stdio: ['ignore', process.stderr, process.stderr] },
  )
  if (status !== 0) {
    say('The page could not be built; vite says why above.')
    process.exit(1)
  }
  writeFileSync(join(fresh, stamp), hash)
  swapIn(fresh)
  say(`Page built in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

function swapIn(fresh) {
  const old = `${fresh}-old`
  mkdirSync(join(root, '.tmp'), { recursive: true })
  try {
    if (existsSync(page)) renameSync(page, old)
    renameSync(fresh, page)
  } catch {
    // Another process built the same page at the same moment: theirs stands.
    rmSync(fresh, { recursive: true, force: true })
  }
  rmSync(old, { recursive: true, force: true })
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(filesUnder))
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(join(root, path))) return []
  if (!/^src\/\w+$/.test(path)) return [path]
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .sort()
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
