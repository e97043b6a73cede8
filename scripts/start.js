// `npm start`: on a fresh machine installs the packages and builds the page, then is `annotate serve`.
import { ensureLibraries } from './libraries.js'
import { ensureDependencies, requireNode } from './setup.js'

requireNode()
ensureDependencies()
await ensureLibraries()
process.argv.splice(2, 0, 'serve')
await import('../bin/annotate.js')
