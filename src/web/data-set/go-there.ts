// From a row to the charts: the market of a labelled moment, and the mark or the second in it.
import type { LabelledMoment } from '../../contract/data-set-health.ts'
import { select } from '../actions/annotations.ts'
import { standAt } from '../actions/cursor.ts'
import { showNamed } from '../actions/markets.ts'
import { keysToCharts } from '../actions/stand.ts'
import { store } from '../state/app-state.ts'
import { healthView } from './health-view.ts'

/** @param row by whose key one finds back */
export async function showMoment(moment: LabelledMoment, row: string): Promise<void> {
  healthView.set({ visited: row })
  if (!(await showNamed(moment))) return
  const { annotation_id: id, timestamp } = moment
  // Older pages of a market's marks may still be on their way.
  if (id !== null && store.get().annotations.some((one) => one.id === id)) await select(id)
  else await standAt(Date.parse(timestamp))
  keysToCharts()
}
