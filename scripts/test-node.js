// `npm run test:node -- LINE [words for npm test]`: the tests under another Node, whose binary comes from npm's registry.
import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root, say } from './setup.js'

/** By release line the version that is tested; the newest line with long-term support is what CI runs (`.ci/run`). */
const versions = { 20.19: '20.19.0', 22: '22.23.5', 24: '24.22.3' }

const [line, ...words] = process.argv.slice(2)
const version = versions[line]
if (version === undefined) {
  say(`Which Node? ${Object.keys(versions).join(', ')}: npm run test:node -- 24`)
  process.exit(1)
}

const folder = nodeFolder(version)
if (folder === undefined)
  say(`Node ${version} is not to be had here; the tests run under ${process.version}.`)
const PATH = [folder, process.env['PATH']].filter(Boolean).join(delimiter)
const node = folder === undefined ? process.execPath : join(folder, 'node')
const { status } = spawnSync(node, [join(root, 'scripts/test.js'), ...words], {
  stdio: 'inherit',
  env: { ...process.env, PATH },
})
process.exitCode = status ?? 1

/** The folder of its `node`, installed once into the user's cache without running scripts; undefined where that fails. */
function nodeFolder(wanted) {
  if (process.version === `v${wanted}`) return undefined
  const name = `node-${process.platform}-${process.arch}`
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
  const home = join(cache, 'annotate', `node-${wanted}`)
  const bin = join(home, 'node_modules', name, 'bin')
  if (!runs(bin, wanted)) {
    say(`Getting Node ${wanted} from the npm registry …`)
    const install = [
      'install',
      '--prefix',
      home,
      '--ignore-scripts',
      '--no-fund',
      '--no-audit',
      '--loglevel=error',
    ]
    spawnSync('npm', [...install, `${name}@${wanted}`], { stdio: ['ignore', process.stderr, process.stderr] })
  }
  return runs(bin, wanted) ? bin : undefined
}

function runs(bin, wanted) {
  const path = join(bin, 'node')
  try {
    accessSync(path, constants.X_OK)
  } catch {
    return false
  }
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout.trim() === `v${wanted}`
}
