// `npm test`: sets up what the tests need, runs them, and closes with `N passed, N failed, N skipped`.
import { ensureBrowser } from './browser.js'
import { ensureLibraries } from './libraries.js'
import { ensurePage } from './page.js'
import { ensureDependencies, requireNode, say } from './setup.js'
import { added, countedRun } from './vitest-run.js'

// A set-up that fails ends the process; the closing line stands all the same.
let counts = { passed: 0, failed: 1, skipped: 0 }
process.on('exit', () => {
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
})

requireNode()
ensureDependencies()
ensurePage()
await ensureLibraries()
const browser = ensureBrowser()
if ('missing' in browser) say(`Browser tests are skipped: ${browser.missing}`)

const path = 'path' in browser ? { CHROME_PATH: browser.path } : {}
const env = { ...process.env, ...path }
const words = process.argv.slice(2)
counts = await countedRun(words.length === 0 ? ['--project', '!benches'] : words, env)
// Beside all other tests each bench would wait for the cores: it comes alone, and in CI.
if (words.length === 0 && env['CI'] !== undefined)
  counts = added(counts, await countedRun(['--project', 'benches'], env))

if ('missing' in browser) console.log(`Browser tests were skipped: ${browser.missing}`)
process.exitCode = counts.failed === 0 ? 0 : 1
