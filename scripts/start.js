// `npm start`: on a fresh machine installs the packages and builds the page, then is `annotate serve`.
import { ensureDependencies, requireNode } from './setup.js'

requireNode()
ensureDependencies()
process.argv.splice(2, 0, 'serve')
await import('../bin/annotate.js')
