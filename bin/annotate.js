#!/usr/bin/env node
// `annotate <verb>`: runs the TypeScript command line in this very process, so that signals reach the verb itself.
import { register } from 'tsx/esm/api'
import { fileURLToPath } from 'node:url'

const tsconfig = fileURLToPath(new URL('../tsconfig.json', import.meta.url))
process.env['TSX_TSCONFIG_PATH'] = tsconfig
// A forked child takes over execArgv; an absolute loader resolves from any working directory.
process.execArgv.push('--import', import.meta.resolve('tsx'))
process.setSourceMapsEnabled(true)
register({ tsconfig })

const asked = new Set(process.argv.slice(2))
if (asked.has('serve') && !asked.has('--help') && !asked.has('-h')) {
  const { ensurePage } = await import('../scripts/page.js')
  ensurePage()
}

await import('../src/cli/main.ts')
