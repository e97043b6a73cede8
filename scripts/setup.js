// What every command needs before it can start: a Node new enough, and the packages of the lockfile.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The project's folder, with a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Says what is being done; standard output stays free for results. */
export function say(words) {
  process.stderr.write(`${words}\n`)
}

/** Ends the process with a sentence when Node is older than package.json's `engines` asks. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 13) || (major === 20 && minor >= 19)) return
  say(`ANNOTATE needs Node 20.19, 22.13 or newer; this is ${process.versions.node}. Get one from nodejs.org.`)
  process.exit(1)
}

/** Runs `npm ci` when node_modules is absent, half-finished, or not what package-lock.json says. */
export function ensureDependencies() {
  const reason = whyInstall()
  if (reason === undefined) return
  say(`${reason} Running npm ci (about half a minute, once) …`)
  const started = Date.now()
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    say('npm ci failed; its words are above. It needs the network and the npm registry. Then start again.')
    process.exit(1)
  }
  say(`Packages installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

/** Why an install is due, as a sentence; undefined when the packages are those of the lockfile. */
export function whyInstall(folder = root) {
  const installed = readLock(`${folder}/node_modules/.package-lock.json`)
  if (installed === undefined) {
    return existsSync(`${folder}/node_modules`)
      ? 'node_modules is unfinished.'
      : 'The packages are not installed yet.'
  }
  for (const [path, wanted] of Object.entries(readLock(`${folder}/package-lock.json`) ?? {})) {
    if (path === '' || (wanted.optional && installed[path] === undefined)) continue
    const have = installed[path]?.version
    if (have !== wanted.version) return `${path} is ${have ?? 'absent'}, the lockfile says ${wanted.version}.`
  }
  return undefined
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}
