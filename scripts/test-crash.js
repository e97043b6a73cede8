// `npm run test:crash [-- rounds]`: kills the real server again and again in the middle of everything, 40 times where no other number is given;
// and training runs in every way, which `npm test` asks in part.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensurePage } from './page.js'
import { ensureDependencies, requireNode, root } from './setup.js'

requireNode()
ensureDependencies()
ensurePage()
const rounds = Number(process.argv[2] ?? 40)
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--project',
    'loop',
    'test/loop/crash-rounds.test.ts',
    'test/loop/training-resume.test.ts',
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ANNOTATE_CRASH_ROUNDS: String(rounds) } },
)
process.exitCode = status ?? 1
