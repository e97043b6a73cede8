// `npm test`: sets up what the tests need, runs them, and closes with `N passed, N failed, N skipped`.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './browser.js'
import { ensureLibraries } from './libraries.js'
import { ensurePage } from './page.js'
import { ensureDependencies, requireNode, root, say } from './setup.js'

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

const scratch = mkdtempSync(join(tmpdir(), 'annotate-test-'))
const countsFile = join(scratch, 'counts.json')
const code = await runVitest(process.argv.slice(2))
counts = readCounts() ?? counts
rmSync(scratch, { recursive: true, force: true })

if (code !== 0 && counts.failed === 0) counts.failed = 1
if ('missing' in browser) console.log(`Browser tests were skipped: ${browser.missing}`)
process.exitCode = counts.failed === 0 ? 0 : 1

/** Resolves to vitest's exit code; a signal to us is a signal to it. */
function runVitest(args) {
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      `--reporter=${join(root, 'scripts/count-reporter.js')}`,
      `--reporter=${join(root, 'scripts/slowest-reporter.js')}`,
      ...args,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        ANNOTATE_TEST_COUNTS: countsFile,
        ...('path' in browser ? { CHROME_PATH: browser.path } : {}),
      },
    },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('close', (exitCode) => resolve(exitCode ?? 1)))
}

function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'))
  } catch {
    return undefined
  }
}
