// Backtests watched to their end, several at once: in this process, or by the running server of the workspace.
import type { BacktestDetail, BacktestOut } from '../contract/backtests.ts'
import { AppError } from '../core/errors.ts'
import type { OpenWorkspace } from '../server/open-workspace.ts'
import { progress } from './output.ts'
import type { Remote } from './remote.ts'
import { interrupted, type Verb } from './verb.ts'

const POLL_MS = 300

/** `begin` queues them. What is interrupted here can be resumed. `timezone`: whose hours are told. */
export async function watchHere(
  { signal }: Verb,
  { backtests, bus }: OpenWorkspace,
  timezone: string,
  begin: () => Promise<BacktestOut[]>,
): Promise<BacktestDetail[]> {
  await backtests.recover()
  const shown = progress()
  const begun = new Map((await begin()).map((each) => [each.id, each]))
  bus.on('backtest', (backtest) => {
    if (begun.has(backtest.id)) begun.set(backtest.id, backtest)
    shown.show(progressOf([...begun.values()]))
  })
  await Promise.race([backtests.settled(), interrupted(signal)])
  shown.end()
  if (signal.aborted) await backtests.stop()
  return Promise.all([...begun.keys()].map((id) => backtests.detail(id, timezone)))
}

interface Watched {
  readonly begun: readonly BacktestOut[]
  /** Whose hours are told. */
  readonly timezone: string
  /** They are cancelled with this when it is interrupted; else the server goes on with them. */
  readonly owned: boolean
}

export async function watchThere(
  { signal }: Verb,
  server: Remote,
  { begun, timezone, owned }: Watched,
): Promise<BacktestDetail[]> {
  const shown = progress()
  const stop = interrupted(signal)
  let now: BacktestDetail[] = await readAll(server, begun, timezone)
  while (now.some(({ status }) => status === 'QUEUED' || status === 'RUNNING')) {
    if (signal.aborted && !owned) break
    if (signal.aborted) await Promise.all(begun.map(({ id }) => server.cancelBacktest({ id })))
    else await Promise.race([new Promise((resolve) => setTimeout(resolve, POLL_MS)), stop])
    now = await readAll(server, begun, timezone)
    shown.show(progressOf(now))
  }
  shown.end()
  return now
}

/** @throws AppError of the first that did not come to its end */
export function requireCompleted(backtests: readonly BacktestOut[]): void {
  const unfinished = backtests.find(({ status }) => status !== 'COMPLETED')
  if (unfinished === undefined) return
  const { id, status, error } = unfinished
  const isHeld = status === 'INTERRUPTED' || status === 'PAUSED'
  if (error !== null && !isHeld) throw new AppError(error.code, error.message)
  const hint = isHeld ? ` Go on with annotate backtests resume ${id}.` : ''
  throw new AppError('backtest_ended', `Backtest ${id} is ${status}.${hint}`)
}

function readAll(server: Remote, begun: readonly BacktestOut[], timezone: string): Promise<BacktestDetail[]> {
  return Promise.all(begun.map(({ id }) => server.getBacktest({ id, query: { timezone } })))
}

function progressOf(backtests: readonly BacktestOut[]): string {
  return backtests
    .map(
      ({ model, checkpoint, status, progress: share }) =>
        `${model}@${checkpoint} ${status} ${Math.round(100 * share)} %`,
    )
    .join('   ')
}
