// A chart between two fingers, from when the second one came down until both are gone.
import type { Point } from './grips.ts'
import type { ChartPane } from './pane.ts'
import { pinched, type Pinch } from './two-fingers.ts'

type Finger = readonly [id: number, at: Point]

export class PinchedView {
  private readonly pane: ChartPane
  private readonly start: Pinch
  private readonly fingers: Map<number, Point>

  /** Null where the chart shows nothing yet. */
  static of(pane: ChartPane, first: Finger, second: Finger): PinchedView | null {
    const seen = pane.visible()
    return seen === null
      ? null
      : new PinchedView(pane, { seen, fingers: [first[1], second[1]] }, [first, second])
  }

  private constructor(pane: ChartPane, start: Pinch, fingers: readonly Finger[]) {
    this.pane = pane
    this.start = start
    this.fingers = new Map(fingers)
  }

  /** One of them is at `at` now, pixels from the chart's upper left; another pointer's moves are nothing to it. */
  move(id: number, at: Point): void {
    if (!this.fingers.has(id)) return
    this.fingers.set(id, at)
    const [one, other] = [...this.fingers.values()]
    if (one === undefined || other === undefined) return
    const { width } = this.pane.chart.paneSize()
    this.pane.show(pinched(this.start, [one, other], width, this.pane.window.step))
  }

  /** One of them is lifted: the other moves nothing any more. Whether all are gone. */
  lift(id: number): 'all' | 'some' {
    this.fingers.delete(id)
    return this.fingers.size === 0 ? 'all' : 'some'
  }
}
