// `npm run fuzz [-- words for vitest]`: the long form of the fuzz tests: 10,000 requests, and 2,000 damaged files of every kind.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureDependencies, requireNode, root } from './setup.js'

requireNode()
ensureDependencies()

const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'fuzz', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ANNOTATE_FUZZ: 'long' } },
)
process.exitCode = status ?? 1
