// What the page's main thread takes of the processor for each frame, told by the browser's own trace: script apart from what the canvases take after it.
import type { Page } from 'playwright-core'

/** Milliseconds of processor time, frame by frame. What comes between two frames counts to the later one. */
export interface FrameTimes {
  /** JavaScript, the calls that fill the canvases' lists of commands among it. */
  readonly script: number[]
  /** Those lists carried out, which a browser without a GPU does on the same thread once the script of the frame is over. */
  readonly canvases: number[]
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** µs. */
  readonly ts: number
  readonly dur?: number
  /** Of the thread's processor time, µs. */
  readonly tdur?: number
}

const FRAME = 'ProxyMain::BeginMainFrame'
const CANVASES = 'LayerTreeHost::DoUpdateLayers'
/** Whatever runs JavaScript; one within another counts once. */
const SCRIPT = new Set([
  'FireAnimationFrame',
  'FunctionCall',
  'EvaluateScript',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'BlinkScheduler_PerformMicrotaskCheckpoint',
])

/** Runs `work` and says what each frame took meanwhile. */
export async function traced<T>(page: Page, work: () => Promise<T>): Promise<{ out: T; frames: FrameTimes }> {
  const browser = page.context().browser()
  if (browser === null) throw new Error('The page has no browser of its own to trace.')
  await browser.startTracing(page, { categories: ['devtools.timeline', 'cc'] })
  const out = await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[]
  }
  return { out, frames: framesIn(onMainThread(traceEvents)) }
}

/** Of the thread that makes the most frames, ascending, what is within another event after it. */
function onMainThread(events: readonly TraceEvent[]): TraceEvent[] {
  const counts = new Map<string, number>()
  for (const { name, pid, tid } of events)
    if (name === FRAME) counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1)
  const [busiest] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? []
  return events
    .filter(({ ph, pid, tid }) => ph === 'X' && `${pid} ${tid}` === busiest)
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
}

function framesIn(events: readonly TraceEvent[]): FrameTimes {
  const ends = events.filter(({ name }) => name === FRAME).map(({ ts, dur = 0 }) => ts + dur)
  const script = ends.map(() => 0)
  const canvases = ends.map(() => 0)
  let frame = 0
  let counted = 0
  for (const { name, ts, dur = 0, tdur = 0 } of events) {
    while (frame < ends.length - 1 && ts >= (ends[frame] ?? Infinity)) frame++
    if (name === CANVASES) canvases[frame] = (canvases[frame] ?? 0) + tdur / 1000
    if (!SCRIPT.has(name) || ts < counted) continue
    counted = ts + dur
    script[frame] = (script[frame] ?? 0) + tdur / 1000
  }
  return { script, canvases }
}
