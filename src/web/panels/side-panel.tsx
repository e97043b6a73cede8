// The left side: annotations, reviewed spans, and what the last training missed, as lists; and the bin.
import { recall, reviewedRun } from '../actions/misses.ts'
import { keyOfMiss } from '../marking/misses.ts'
import { missesOf } from '../state/run-misses.ts'
import { readSoFar } from '../state/format.ts'
import { store, useApp, type ListTab } from '../state/app-state.ts'
import { FirstRunCard } from '../guide/first-run-card.tsx'
import { AnnotationList } from './annotation-list.tsx'
import { BinList } from './bin-list.tsx'
import { ChosenLine } from './chosen-line.tsx'
import { ListFilter } from './list-filter.tsx'
import { MissList } from './miss-list.tsx'
import { ReviewedList } from './reviewed-list.tsx'
import { SelectedAnnotation } from './selected-annotation.tsx'

export function AnnotationPanel() {
  const tab = useApp((state) => state.tab)
  const annotations = useApp((state) => readSoFar(state.annotations.length, state.isReadingOlder))
  const reviewed = useApp((state) => state.reviewed.length)
  const misses = useOpenMisses()
  return (
    <aside className="left" aria-label="Annotations">
      <div className="tabs" role="tablist">
        <Tab tab="annotations" name="Annotations" count={annotations} />
        <Tab tab="reviewed" name="Reviewed" count={String(reviewed)} />
        <Tab tab="misses" name="Review" count={String(misses)} />
      </div>
      {tab === 'annotations' && <ListFilter />}
      {tab === 'annotations' && <ChosenLine />}
      {tab === 'annotations' && <AnnotationList />}
      {tab === 'reviewed' && <ReviewedList />}
      {tab === 'misses' && <MissList />}
      {tab === 'bin' && <BinList />}
      <SelectedAnnotation />
      <FirstRunCard />
    </aside>
  )
}

function useOpenMisses(): number {
  const misses = useApp((state) => state.misses)
  const run = useApp(reviewedRun)
  if (run === null) return 0
  const done = misses?.run === run.id ? misses.done : recall(run.id)
  return missesOf(run).filter((miss) => !done.includes(keyOfMiss(miss))).length
}

function Tab({ tab, name, count }: { tab: ListTab; name: string; count: string }) {
  const isChosen = useApp((state) => state.tab === tab)
  return (
    <button
      role="tab"
      aria-selected={isChosen}
      className="tab"
      onClick={() => store.set({ tab })}
      data-testid={`tab-${tab}`}
    >
      {name} <span className="tab-count">{count}</span>
    </button>
  )
}
