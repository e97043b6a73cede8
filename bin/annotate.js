#!/usr/bin/env node
// `annotate <verb>`: runs the TypeScript command line in this very process, so that signals reach the verb itself.
import './typescript.js'

// A forked child takes over execArgv; an absolute address resolves from any working directory.
process.execArgv.push('--import', new URL('typescript.js', import.meta.url).href)

// Under `npm start` and `npx` a shell stands between npm and us, and dies of a signal without passing it on.
if (process.env['npm_lifecycle_event'] !== undefined && process.platform !== 'win32') endWithParent()

await import('../src/cli/main.ts')

function endWithParent() {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  timer.unref()
}
