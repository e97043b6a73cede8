// `npm run declarations`: the types of `annotate` and `annotate/client` in declarations/, for programs in TypeScript that import them.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensureDependencies, requireNode } from './setup.js'

requireNode()
ensureDependencies()
const root = fileURLToPath(new URL('..', import.meta.url))
const { status } = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.declarations.json'],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1
