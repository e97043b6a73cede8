// `npm test`: sets up what the tests need, runs them, and closes with `N passed, N failed, N skipped`.
import { ensureBrowser } from './browser.js'
import { ensureLibraries } from './libraries.js'
import { ensurePage } from './page.js'
import { ensureDependencies, requireNode, say } from './setup.js'
import { countedRun } from './vitest-run.js'

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
counts = await countedRun(process.argv.slice(2), { ...process.env, ...path })

if ('missing' in browser) console.log(`Browser tests were skipped: ${browser.missing}`)
process.exitCode = counts.failed === 0 ? 0 : 1
