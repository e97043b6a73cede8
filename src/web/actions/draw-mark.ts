// Drawing annotations: one drag over a stretch of a chart is one annotation, shown with what it would give, saved where it is let go.
import { board } from '../charts/board.ts'
import { drawnMark, type Drawn } from '../marking/drawn.ts'
import type { Place } from '../marking/leg-in.ts'
import type { CandleRow } from '../../contract/shapes.ts'
import { attempt, say, store } from '../state/app-state.ts'
import { doubtOf, draws } from '../state/drawing.ts'
import type { Leg, Mark } from '../state/mark.ts'
import { MINUTE, openOf, SECOND, type Timeframe } from '../state/timeframes.ts'
import { standAt } from './cursor.ts'
import { reach } from './drag-mark.ts'
import { isSeconds, legAt, legNear } from './leg-under.ts'
import { beginning } from './place-mark.ts'
import { saveMark } from './save-mark.ts'
import { tellEntry } from './shown.ts'

/** What is being drawn, from when on, ms of the page. */
interface Stroke {
  readonly startedAt: number
}

let stroke: Stroke | null = null

/** Z: from now on drags draw, or move the charts again. */
export function toggleDrawing(): void {
  store.set({ isDrawing: !store.get().isDrawing })
}

/** Esc. True where it was on. */
export function stopDrawing(): boolean {
  if (!store.get().isDrawing) return false
  store.set({ isDrawing: false })
  return true
}

/** Shows the mark from where the pointer was pressed to where it is; where that cannot be, the one before, and why. */
export function drawTo(timeframe: Timeframe, from: Place, to: Place): void {
  const { mark: inHand, dialog } = store.get()
  if (stroke === null && (inHand !== null || dialog !== null)) return
  stroke ??= { startedAt: performance.now() }
  const { mark, fault } = markFrom(
    legNear(timeframe, pressed(timeframe, from)),
    legNear(timeframe, pressed(timeframe, to)),
    stroke,
  )
  store.set({ mark: mark ?? store.get().mark, held: 'exit', heldFault: fault })
}

/** Lets it go there: saved, with a warning where its fees are not paid; in hand, where nobody can have meant it; nothing, where it cannot be. */
export async function finishDrawing(timeframe: Timeframe, from: Place, to: Place): Promise<void> {
  const drawn = stroke
  if (drawn === null) return
  const done = await attempt(async () => {
    const [one, other] = await Promise.all([
      legAt(timeframe, pressed(timeframe, from)),
      legAt(timeframe, pressed(timeframe, to)),
    ])
    if (stroke !== drawn) return
    stroke = null
    const { mark, fault } = markFrom(one, other, drawn)
    store.set({ mark, held: null, heldFault: null, ...(mark === null ? {} : { selected: null }) })
    if (fault !== null) say(fault, 'warn')
    if (mark !== null) await keep(mark, timeframe)
  })
  if (!done) dropStroke()
}

/** Esc, or the pointer is lost: all as before. True if something was being drawn. */
export function dropStroke(): boolean {
  if (stroke === null) return false
  stroke = null
  store.set({ mark: null, held: null, heldFault: null })
  return true
}

async function keep(mark: Mark, timeframe: Timeframe): Promise<void> {
  const doubt = doubtOf(mark)
  const end = mark.exit ?? mark.entry
  void tellEntry(mark.entry.time)
  await standAt(end.time, false)
  if (doubt === null) await saveMark()
  else say(doubt, 'warn')
  await board.reveal(end.time, { except: timeframe })
}

function markFrom(one: Leg | null, other: Leg | null, { startedAt }: Stroke): Drawn {
  return drawnMark(one, other, reach(), (entry) => ({ ...beginning(entry), startedAt }))
}

/** A candle of a second means its end, as for a click on it. */
function pressed(timeframe: Timeframe, { instant, price }: Place): Place {
  return { instant: isSeconds(timeframe) ? openOf(instant, SECOND) + SECOND : instant, price }
}

/** Where marks are drawn a click marks nothing: the cursor goes there, and the other charts with it. True where it did. */
export function goWhereDrawing(timeframe: Timeframe, row: CandleRow): boolean {
  if (!draws(store.get())) return false
  const isSecond = isSeconds(timeframe)
  void attempt(async () => {
    await standAt(isSecond ? row[0] + SECOND : row[0])
    if (!isSecond) await board.centre('1s', { from: row[0], to: row[0] + MINUTE })
  })
  return true
}
