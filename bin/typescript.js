// Lets Node run this project's TypeScript: for `annotate`, and by `--import` for the processes it forks.
import * as module from 'node:module'
import { importMade } from './libraries.js'

// From 22.18 and 24.3 on Node does so by itself, in two thirds of the time.
if (process.features.typescript === 'strip') {
  module.enableCompileCache()
  importMade()
} else await import('./tsx.js')
