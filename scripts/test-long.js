// `npm run test:long [-- words for vitest]`: what `npm test` asks in a short form, asked in its long one (test/long.ts).
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './setup.js'

const words = process.argv.slice(2)
const { status } = spawnSync(
  process.execPath,
  [join(root, 'scripts/test.js'), ...(words.length === 0 ? withLongForm() : words)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ANNOTATE_TEST_LONG: '1' } },
)
process.exitCode = status ?? 1

/** The test files that ask which form is wanted. */
function withLongForm() {
  return readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((path) => `test/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.test\.tsx?$/.test(path))
    .filter((path) => /from '[./]+\/long\.ts'/.test(readFileSync(join(root, path), 'utf8')))
}
