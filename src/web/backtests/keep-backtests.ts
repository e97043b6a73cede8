// Backtests as the server has them: read at the start, followed by events, set aside and ended.
import type { BacktestOut } from '../../contract/backtests.ts'
import { api } from '../state/api.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { nameText } from './backtest-words.ts'
import { placed } from './listed.ts'
import { isOver } from '../../contract/run-over.ts'

/** One with its figures is some kilobytes. */
const PAGE = 50

/** Puts one as the server has it into the list; says so when it ended. */
export function keepBacktest(backtest: BacktestOut): void {
  const { backtests, dialog } = store.get()
  const before = backtests.find(({ id }) => id === backtest.id)
  store.set({ backtests: placed(backtests, [backtest]) })
  // Whoever looks at them sees it.
  if (before === undefined || isOver(before.status) || !isOver(backtest.status) || dialog === 'backtests')
    return
  const name = `Backtest of ${nameText(backtest)}`
  if (backtest.status === 'COMPLETED') say(`${name}: done. Shift B shows what came of it.`, 'good')
  if (backtest.status === 'FAILED') say(`${name}: ${backtest.error?.message ?? 'it failed.'}`, 'bad')
}

/** The newest; older ones that were read stay. */
export async function readBacktests(): Promise<void> {
  store.set({ backtests: placed(store.get().backtests, await api.backtests({ limit: PAGE })) })
}

/** The page before the oldest that is listed. Whether there may be more. */
export async function readOlder(): Promise<boolean> {
  const { backtests } = store.get()
  const before = backtests.at(-1)?.id
  if (before === undefined) return false
  const page = await api.backtests({ limit: PAGE, before })
  store.set({ backtests: placed(store.get().backtests, page) })
  return page.length === PAGE
}

/** Whether older ones may be there than were read. */
export function mayHaveOlder(backtests: readonly BacktestOut[]): boolean {
  return backtests.length > 0 && backtests.length % PAGE === 0
}

export async function pause(id: string): Promise<void> {
  await attempt(async () => keepBacktest(await api.pauseBacktest(id)))
}

export async function resume(id: string): Promise<void> {
  await attempt(async () => keepBacktest(await api.resumeBacktest(id)))
}

export async function cancel(id: string): Promise<void> {
  await attempt(async () => keepBacktest(await api.cancelBacktest(id)))
}
