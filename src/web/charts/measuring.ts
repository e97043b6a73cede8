// Measuring by dragging with Shift: the chart stays where it is, and the measure until the next press or Esc.
import type { IChartApi } from 'lightweight-charts'
import type { Corner, Measure } from './draw-measure.ts'
import type { Studies } from './studies.ts'

interface Ground {
  readonly container: HTMLElement
  readonly chart: IChartApi
  readonly studies: Studies
  /** Decimals of the market's prices. */
  digits(): number
  /** What lies at (x, y), CSS pixels from the chart's top left. */
  readonly cornerAt: (x: number, y: number) => Corner | null
}

/** Listens before the library does, which would move the chart. */
export function listenToMeasure(ground: Ground, signal: AbortSignal): void {
  const { container, studies } = ground
  let from: Corner | null = null
  const options = { signal, capture: true }
  const begin = (event: PointerEvent) => {
    studies.showMeasure(null)
    from = event.shiftKey && event.button === 0 ? cornerOf(ground, event) : null
  }
  const move = (event: PointerEvent) => {
    if (from === null) return
    // Nothing else may take it for a drag of the chart.
    event.stopImmediatePropagation()
    const to = cornerOf(ground, event)
    if (to !== null) studies.showMeasure(measureOf(from, to, ground.digits()))
  }
  container.addEventListener('pointerdown', begin, options)
  container.addEventListener('pointermove', move, options)
  // The library drags by mouse events.
  container.addEventListener(
    'mousedown',
    (event) => {
      if (event.shiftKey) event.stopPropagation()
    },
    options,
  )
  const end = () => {
    from = null
  }
  addEventListener('pointerup', end, { signal })
  addEventListener('pointercancel', end, { signal })
  addEventListener(
    'keydown',
    (event) => {
      if (event.key === 'Escape') studies.showMeasure(null)
    },
    { signal },
  )
}

function measureOf(from: Corner, to: Corner, digits: number): Measure | null {
  return from.time === to.time && from.price === to.price ? null : { from, to, digits }
}

function cornerOf({ chart, cornerAt }: Ground, event: PointerEvent): Corner | null {
  const box = chart.chartElement().getBoundingClientRect()
  const { width, height } = chart.paneSize()
  const [x, y] = [event.clientX - box.left, event.clientY - box.top]
  return x < 0 || y < 0 || x > width || y > height ? null : cornerAt(x, y)
}
