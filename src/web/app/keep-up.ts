// Sees to it each second that charts that follow show the newest second, and says by how much they do not.
import { sourceOf } from '../actions/markets.ts'
import { board } from '../charts/board.ts'
import { store, type AppState } from '../state/app-state.ts'

const EVERY = 1000

/** Starts looking: by a timer, and at once when the tab is seen again or the network is back. */
export function keepChartsUp(): void {
  setInterval(look, EVERY)
  document.addEventListener('visibilitychange', look)
  addEventListener('online', look)
}

function look(): void {
  const state = store.get()
  const at = performance.now()
  const known = newestOf(state, at)
  if (known === null) return store.set({ behind: 0 })
  const behind = board.keepUp(known, speedOf(state), at)
  store.set({ behind: roundedDown(behind) })
}

/**
 * The newest instant that charts which follow can show, UTC ms, at `at` of the page's clock: the source's clock where it streams.
 * Null where there is nothing to keep up with: no stream, another instant in hand, data at rest.
 */
export function newestOf(state: AppState, at: number): number | null {
  const { health, healthAt, market, cursor, mark, stream, loading } = state
  const source = sourceOf(health, market)
  if (health === null || source === null || loading !== null || stream !== 'open') return null
  if (!cursor.follows || mark !== null || source.state !== 'streaming') return null
  // The clock is the served market's; of another one it is known what came last.
  if (market?.primary !== true) return source.last_event === null ? null : Date.parse(source.last_event)
  const grace = source.connection?.grace_ms ?? 0
  return Date.parse(health.now) + Math.max(at - healthAt, 0) * source.speed - grace
}

function speedOf({ health, market }: AppState): number {
  return sourceOf(health, market)?.speed ?? 1
}

/** Whole seconds: what the page shows. */
function roundedDown(ms: number): number {
  return Number.isFinite(ms) ? Math.floor(ms / 1000) * 1000 : ms
}
