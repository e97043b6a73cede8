// `npm run build`: the page, from its sources, whatever dist/ holds.
import { buildPage } from './page.js'
import { ensureDependencies, requireNode } from './setup.js'

requireNode()
ensureDependencies()
buildPage()
