// The page: top bar, list at the left, mark strip and charts in the middle, panels at the right.
import { AnnotationPanel } from '../panels/side-panel.tsx'
import { ChartGrid } from '../panels/chart-grid.tsx'
import { DepthPanel } from '../depth/depth-panel.tsx'
import { Guard } from '../panels/guard.tsx'
import { LivePanel } from '../panels/live-panel.tsx'
import { MarkStrip } from '../panels/mark-strip.tsx'
import { Notices } from '../panels/notices.tsx'
import { LikeStrip } from '../similar/like-strip.tsx'
import { TopBar } from '../panels/top-bar.tsx'
import { TrainingPanel } from '../panels/training-panel.tsx'
import { useApp } from '../state/app-state.ts'
import { useLook } from '../state/look.ts'
import { LookDialog } from '../panels/look-dialog.tsx'
import { keyOfLook } from './apply-look.ts'
import { Dialogs } from './dialogs.tsx'

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
      <Dialogs />
    </div>
  )
}
