// One run of vitest with its counts; where CI is set, the files whose process died get a second try, as its tests do.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { root, say } from './setup.js'

/**
 * Resolves to the counts of the tests. A run that failed in a way that no test tells counts as one that failed.
 * @param {readonly string[]} words for vitest; a second try is of files as a whole
 * @param {NodeJS.ProcessEnv} env
 * @param {{ folder?: string, stdio?: 'inherit' | 'ignore' }} place whose settings of vitest are used, and whether it is shown what vitest says
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function countedRun(words, env, place = {}) {
  const first = await oneRun(words, env, place)
  if (first.deaths === 0) return first.counts
  for (const path of first.died)
    say(`The process that ran ${relative(place.folder ?? root, path)} died before its end.`)
  say(`Processes that vitest began ended with: ${first.ends.join(', ')}.`)
  if (env['CI'] === undefined || first.died.length === 0) return withFailed(first.counts, first.deaths)
  say('A second try of these files:')
  const second = await oneRun(first.died, env, place)
  return added(first.counts, withFailed(second.counts, second.deaths))
}

async function oneRun(words, env, place) {
  const scratch = mkdtempSync(join(tmpdir(), 'annotate-test-'))
  const countsFile = join(scratch, 'counts.json')
  const code = await runVitest(words, { ...env, ANNOTATE_TEST_COUNTS: countsFile }, place)
  const told = read(countsFile)
  rmSync(scratch, { recursive: true, force: true })
  if (code !== 0 && told.counts.failed === 0 && told.deaths === 0) told.counts.failed = 1
  return told
}

/** Resolves to vitest's exit code; a signal to us is a signal to it. */
function runVitest(words, env, { folder = root, stdio = 'inherit' }) {
  const reporters = [
    'default',
    join(root, 'scripts/count-reporter.js'),
    join(root, 'scripts/slowest-reporter.js'),
  ]
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      ...reporters.map((reporter) => `--reporter=${reporter}`),
      ...words,
    ],
    { cwd: folder, stdio: ['ignore', stdio, stdio], env },
  )
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('close', (exitCode) => resolve(exitCode ?? 1)))
}

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { counts: { passed: 0, failed: 1, skipped: 0 }, died: [], deaths: 0, ends: [] }
  }
}

function withFailed(counts, more) {
  return { ...counts, failed: counts.failed + more }
}

/** Both together. */
export function added(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  }
}
