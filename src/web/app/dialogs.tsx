// The dialog that is open. Small ones come with the page; a view is read when it is first asked for, and its faults stay inside it.
import { lazy, Suspense, type ComponentType } from 'react'
import { MarketDialog } from '../markets/market-dialog.tsx'
import { GoTo } from '../panels/go-to.tsx'
import { Guard } from '../panels/guard.tsx'
import { IntervalDialog } from '../panels/interval-dialog.tsx'
import { KeySheet } from '../panels/key-sheet.tsx'
import { PictureDialog } from '../pictures/picture-dialog.tsx'
import { useApp, type Dialog } from '../state/app-state.ts'

interface View {
  /** Of what is broken, where it breaks. */
  readonly name: string
  readonly Content: ComponentType
}

function view(name: string, read: () => Promise<ComponentType>): View {
  return { name, Content: lazy(async () => ({ default: await read() })) }
}

const VIEWS: Readonly<Partial<Record<NonNullable<Dialog>, View>>> = {
  validation: view(
    'The validation',
    async () => (await import('../evaluation/validation-dialog.tsx')).ValidationDialog,
  ),
  compare: view(
    'The comparison',
    async () => (await import('../evaluation/compare-dialog.tsx')).CompareDialog,
  ),
  models: view('The view of models', async () => (await import('../models/models-dialog.tsx')).ModelsDialog),
  backtests: view(
    'The view of backtests',
    async () => (await import('../backtests/backtests-dialog.tsx')).BacktestsDialog,
  ),
  guide: view('The guide', async () => (await import('../guide/guide-dialog.tsx')).GuideDialog),
  'data-set': view(
    'The health of the data set',
    async () => (await import('../data-set/health-dialog.tsx')).HealthDialog,
  ),
  case: view('The test case', async () => (await import('../panels/case-viewer.tsx')).CaseViewer),
}

export function Dialogs() {
  const dialog = useApp((state) => state.dialog)
  const shown = dialog === null ? undefined : VIEWS[dialog]
  return (
    <>
      {dialog === 'keys' && <KeySheet />}
      {dialog === 'go' && <GoTo />}
      {dialog === 'third' && <IntervalDialog place="1h" />}
      {dialog === 'fourth' && <IntervalDialog place="1d" />}
      {dialog === 'picture' && <PictureDialog />}
      {dialog === 'markets' && <MarketDialog />}
      {shown !== undefined && (
        <Guard key={dialog} name={shown.name}>
          <Suspense>
            <shown.Content />
          </Suspense>
        </Guard>
      )}
    </>
  )
}
