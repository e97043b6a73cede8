// The series primitive that draws what is computed of a chart's candles, of those that may be seen alone: breaks, averages, volume by price, a measure.
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  Logical,
  PrimitivePaneViewZOrder,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts'
import { lookStore, type Look } from '../state/look.ts'
import { drawAverages } from './draw-averages.ts'
import { drawBreaks } from './draw-breaks.ts'
import { drawMeasure, type Measure } from './draw-measure.ts'
import { drawProfile } from './draw-profile.ts'
import { CANVAS_FONT } from './canvas-font.ts'
import type { SeenCandles, StudyFrame } from './study-frame.ts'

type Paint = (frame: StudyFrame) => void

export class Studies implements ISeriesPrimitive<Time> {
  private readonly candles: SeenCandles
  private attachment: SeriesAttachedParameter<Time> | null = null
  private measure: Measure | null = null
  private stop: (() => void) | null = null
  private readonly views: readonly IPrimitivePaneView[]

  constructor(candles: SeenCandles) {
    this.candles = candles
    this.views = [
      this.view(
        'bottom',
        ({ breaks, profile }) => breaks || profile,
        (frame) => {
          const { breaks, profile } = lookStore.get()
          if (breaks) drawBreaks(frame)
          if (profile) drawProfile(frame)
        },
      ),
      this.view(
        'normal',
        ({ emas, vwap }) => emas.length > 0 || vwap !== 'off',
        (frame) => drawAverages(frame, lookStore.get()),
      ),
      this.view(
        'top',
        () => this.measure !== null,
        (frame) => {
          if (this.measure !== null) drawMeasure(frame, this.measure)
        },
      ),
    ]
  }

  attached(attachment: SeriesAttachedParameter<Time>): void {
    this.attachment = attachment
    this.stop = lookStore.watch(() => attachment.requestUpdate())
  }

  detached(): void {
    this.stop?.()
    this.attachment = null
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  get measured(): Measure | null {
    return this.measure
  }

  /** Draws `measure`, or takes it away. */
  showMeasure(measure: Measure | null): void {
    if (measure === this.measure) return
    this.measure = measure
    this.attachment?.requestUpdate()
  }

  private view(
    order: PrimitivePaneViewZOrder,
    isShown: (look: Look) => boolean,
    paint: Paint,
  ): IPrimitivePaneView {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          const frame = this.frame(context, mediaSize)
          if (frame === null) return
          context.save()
          context.font = CANVAS_FONT
          paint(frame)
          context.restore()
        }),
    }
    return { zOrder: () => order, renderer: () => (isShown(lookStore.get()) ? renderer : null) }
  }

  private frame(
    ctx: CanvasRenderingContext2D,
    { width, height }: { width: number; height: number },
  ): StudyFrame | null {
    const { attachment, candles } = this
    const scale = attachment?.chart.timeScale()
    const origin = scale?.logicalToCoordinate(0 as Logical) ?? null
    const next = scale?.logicalToCoordinate(1 as Logical) ?? null
    if (attachment === null || origin === null || next === null || candles.room === 0) return null
    const spacing = next - origin
    const { start, room } = candles
    return {
      ctx,
      width,
      height,
      spacing,
      first: Math.max(Math.floor((0 - origin) / spacing) + start - 1, 0),
      last: Math.min(Math.ceil((width - origin) / spacing) + start + 1, room - 1),
      candles,
      x: (slot) => origin + (slot - start) * spacing,
      y: (price) => attachment.series.priceToCoordinate(price),
    }
  }
}
