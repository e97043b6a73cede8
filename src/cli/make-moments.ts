// Rows of moments made here, where no server keeps the table.
import type { MomentTable } from '../moments/moment-table.ts'
import { bar, progress } from './output.ts'

/** Makes what is missing, or stops when it is told to; what is made stays. */
export async function bringUpToDate(table: MomentTable, signal: AbortSignal): Promise<void> {
  const shown = progress()
  while (!signal.aborted && (await table.step())) {
    const { wanted_minutes: wanted, made_minutes: made } = table.progress()
    shown.show(`rows of moments ${bar(made / wanted)}`)
  }
  shown.end()
}
