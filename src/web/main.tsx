// The page's entry: styles, keyboard, charts, data, React.
import { createRoot } from 'react-dom/client'
import '@fontsource-variable/inter/wght.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/charts.css'
import './styles/lists.css'
import './styles/panels.css'
import './styles/live.css'
import './styles/dialogs.css'
import './styles/asking.css'
import './styles/depth.css'
import './styles/evaluation.css'
import './styles/models.css'
import './styles/backtests.css'
import './styles/data-set.css'
import './styles/reach.css'
import { App } from './app/app.tsx'
import { applyLook } from './app/apply-look.ts'
import { keepChartsUp } from './app/keep-up.ts'
import { offerProbe } from './app/probe.ts'
import { startSync } from './app/sync.ts'
import { wire } from './app/wire.ts'
import { wireDepth } from './depth/depth-store.ts'
import { wireSecondLooks } from './data-set/second-look.ts'
import { wireHistory } from './history/history-store.ts'
import { wireSuggestions } from './suggestions/suggest.ts'
import { listenToKeys } from './keys/keyboard.ts'

applyLook()
wire()
wireDepth()
wireHistory()
wireSuggestions()
wireSecondLooks()
listenToKeys()
offerProbe()
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
keepChartsUp()
void startSync()
