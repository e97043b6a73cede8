// `npm run verify`: every check of the house, one after the other; ends in a table and fails if one failed.
import { spawnSync } from 'node:child_process'
import { ensureDependencies, requireNode, root } from './setup.js'

requireNode()
ensureDependencies()

const checks = ['types', 'lint', 'format:check', 'rooms', 'dead-code', 'build', 'test']
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'

const results = checks.map((check) => {
  console.log(`\n— ${check}`)
  const started = Date.now()
  const { status } = spawnSync(npm, ['run', '--silent', check], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  return { check, passed: status === 0, seconds: (Date.now() - started) / 1000 }
})

console.log()
for (const { check, passed, seconds } of results) {
  console.log(`${passed ? 'ok    ' : 'FAILED'}  ${check.padEnd(14)}${seconds.toFixed(1).padStart(7)} s`)
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
