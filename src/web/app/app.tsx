// The page: top bar, list at the left, mark strip and charts in the middle, panels at the right.
import { lazy, Suspense } from 'react'
import { BacktestsDialog } from '../backtests/backtests-dialog.tsx'
import { AnnotationPanel } from '../panels/side-panel.tsx'
import { CaseViewer } from '../panels/case-viewer.tsx'
import { ChartGrid } from '../panels/chart-grid.tsx'
import { CompareDialog } from '../evaluation/compare-dialog.tsx'
import { DepthPanel } from '../depth/depth-panel.tsx'
import { GoTo } from '../panels/go-to.tsx'
import { Guard } from '../panels/guard.tsx'
import { IntervalDialog } from '../panels/interval-dialog.tsx'
import { KeySheet } from '../panels/key-sheet.tsx'
import { LivePanel } from '../panels/live-panel.tsx'
import { MarketDialog } from '../markets/market-dialog.tsx'
import { ModelsDialog } from '../models/models-dialog.tsx'
import { MarkStrip } from '../panels/mark-strip.tsx'
import { Notices } from '../panels/notices.tsx'
import { LikeStrip } from '../similar/like-strip.tsx'
import { TopBar } from '../panels/top-bar.tsx'
import { TrainingPanel } from '../panels/training-panel.tsx'
import { ValidationDialog } from '../evaluation/validation-dialog.tsx'
import { useApp } from '../state/app-state.ts'
import { useLook } from '../state/look.ts'
import { LookDialog } from '../panels/look-dialog.tsx'
import { keyOfLook } from './apply-look.ts'

/** Read when it is first asked for: it has pictures, and most days nobody asks. */
const HealthDialog = lazy(async () => ({
  default: (await import('../data-set/health-dialog.tsx')).HealthDialog,
}))
const GuideDialog = lazy(async () => ({ default: (await import('../guide/guide-dialog.tsx')).GuideDialog }))

/** Made anew where the look asks for it: charts, and every time that is written. */
export function App() {
  const key = useLook(keyOfLook)
  return (
    <>
      <Page key={key} />
      <LookLayer />
    </>
  )
}

/** Beside the page, so that it stays open while the page is made anew. */
function LookLayer() {
  const isOpen = useApp((state) => state.dialog === 'look')
  return isOpen ? <LookDialog /> : null
}

function Page() {
  const dialog = useApp((state) => state.dialog)
  return (
    <div className="page">
      <TopBar />
      <Guard name="The list">
        <AnnotationPanel />
      </Guard>
      <main className="centre">
        <MarkStrip />
        <ChartGrid />
        <Guard name="The order book">
          <DepthPanel />
        </Guard>
        <Guard name="Moments like this">
          <LikeStrip />
        </Guard>
      </main>
      <aside className="right" aria-label="Training and live inference">
        <Guard name="Training">
          <TrainingPanel />
        </Guard>
        <Guard name="Live inference">
          <LivePanel />
        </Guard>
      </aside>
      <Notices />
      {dialog === 'keys' && <KeySheet />}
      {dialog === 'go' && <GoTo />}
      {dialog === 'third' && <IntervalDialog place="1h" />}
      {dialog === 'fourth' && <IntervalDialog place="1d" />}
      {dialog === 'validation' && (
        <Guard name="The validation">
          <ValidationDialog />
        </Guard>
      )}
      {dialog === 'compare' && (
        <Guard name="The comparison">
          <CompareDialog />
        </Guard>
      )}
      {dialog === 'models' && (
        <Guard name="The view of models">
          <ModelsDialog />
        </Guard>
      )}
      {dialog === 'backtests' && (
        <Guard name="The view of backtests">
          <BacktestsDialog />
        </Guard>
      )}
      {dialog === 'guide' && (
        <Guard name="The guide">
          <Suspense>
            <GuideDialog />
          </Suspense>
        </Guard>
      )}
      {dialog === 'data-set' && (
        <Guard name="The health of the data set">
          <Suspense>
            <HealthDialog />
          </Suspense>
        </Guard>
      )}
      {dialog === 'markets' && <MarketDialog />}
      {dialog === 'case' && (
        <Guard name="The test case">
          <CaseViewer />
        </Guard>
      )}
    </div>
  )
}
