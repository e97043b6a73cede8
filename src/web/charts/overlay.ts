// The series primitive that draws everything over and under the candles of one chart.
import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  Logical,
  PrimitiveHoveredItem,
  PrimitivePaneViewZOrder,
  SeriesAttachedParameter,
  Time,
} from 'lightweight-charts'
import { clock, dateTime } from '../state/format.ts'
import { CANVAS_FONT } from './canvas-font.ts'
import { MINUTE } from '../state/timeframes.ts'
import type { CandleWindow, Span } from './candle-window.ts'
import { drawAnnotations, hitsOf, shapesOn, type ShownShapes } from './draw-annotations.ts'
import { drawBands } from './draw-bands.ts'
import { drawCalls, drawMisses, drawRibbon } from './draw-calls.ts'
import { drawCursor } from './draw-cursor.ts'
import { drawFinger, linesOf, type Finger } from './draw-finger.ts'
import { drawMark } from './draw-mark.ts'
import { drawPlan, gripsOf } from './draw-plan.ts'
import { drawPreview } from './draw-preview.ts'
import { drawTested } from './draw-tested.ts'
import type { Frame, HitBox } from './frame.ts'
import { isLeg } from '../marking/dragged.ts'
import { cursorOf, gripAt, type Grip, type Point, type PointerKind } from './grips.ts'
import type { Part } from '../state/mark.ts'
import { LAYERS, changedLayers, layersOn, type Layer, type View } from './invalidation.ts'
import { palette } from './palette.ts'
import { EMPTY_SCENE, type Scene } from './scene.ts'
import { stampsFor } from './stamps.ts'

/** The library clears the whole chart, so all its layers are painted, from the lowest up. */
const ABOVE = LAYERS.filter((layer) => layer !== 'bands')

const PAINT: Readonly<Record<Exclude<Layer, 'annotations'>, (frame: Frame) => void>> = {
  bands: drawBands,
  cursor: drawCursor,
  preview: drawPreview,
  tested: drawTested,
  calls: drawCalls,
  misses: drawMisses,
  mark: drawMark,
  ribbon: drawRibbon,
}

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]
type Size = { width: number; height: number }

export class Overlay implements ISeriesPrimitive<Time> {
  /** Told of the times that were in view, whenever the chart was painted. */
  painted: ((seen: Span) => void) | null = null
  private scene: Scene = EMPTY_SCENE
  private finer: Span | null = null
  private finger: Finger | null = null
  /** The slot that the library counts as its first. */
  start = 0
  private readonly window: CandleWindow
  private attachment: SeriesAttachedParameter<Time> | null = null
  /** What was painted last. */
  private last: { readonly frame: Frame; readonly shown: ShownShapes } | null = null
  private knownGrips: readonly Grip[] | null = null
  private knownHits: readonly HitBox[] | null = null
  /** What the pointer holds. */
  held: Part | null = null
  private readonly views: readonly IPrimitivePaneView[]
  private readonly labels: readonly ISeriesPrimitiveAxisView[]

  constructor(window: CandleWindow) {
    this.window = window
    this.views = [
      this.view('bottom', (frame) => this.paint(frame, ['bands'])),
      this.view('top', (frame) => {
        this.paint(frame, ABOVE)
        if (this.finger !== null) drawFinger(frame, this.finger)
        this.painted?.({ from: frame.from, to: frame.to })
      }),
    ]
    this.labels = [this.cursorLabel()]
  }

  attached(attachment: SeriesAttachedParameter<Time>): void {
    this.attachment = attachment
  }

  detached(): void {
    this.attachment = null
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  timeAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return this.labels
  }

  get shown(): Scene {
    return this.scene
  }

  /** Shows `scene`; the chart is drawn again only where one of its layers looks otherwise. Returns which do. */
  show(scene: Scene): Layer[] {
    const before = this.scene
    this.scene = scene
    const changed = layersOn(this.asView(), changedLayers(before, scene), before, scene)
    if (changed.length > 0) this.attachment?.requestUpdate()
    return changed
  }

  /** Marks what the next finer chart shows; null on 1s. */
  showFiner(finer: Span | null): void {
    const isSame = finer?.from === this.finer?.from && finer?.to === this.finer?.to
    this.finer = finer
    if (!isSame) this.attachment?.requestUpdate()
  }

  /** Says beside a finger what it covers; null where none is. */
  showFinger(finger: Finger | null): void {
    if (finger === null && this.finger === null) return
    this.finger = finger
    this.attachment?.requestUpdate()
  }

  /** What is said beside the finger, line by line; empty where none is. */
  get saidOfFinger(): readonly string[] {
    return this.finger === null ? [] : linesOf(this.scene, this.finger)
  }

  /** What can be taken hold of, as it was painted last. Looked for when the pointer asks: it does so less often than charts are painted. */
  get grips(): readonly Grip[] {
    const { last } = this
    return (this.knownGrips ??= last === null ? [] : gripsOf(last.frame, last.shown))
  }

  private get hits(): readonly HitBox[] {
    const { last } = this
    return (this.knownHits ??= last === null ? [] : hitsOf(last.frame, last.shown))
  }

  /** The pointer's shape there. */
  hitTest(x: number, y: number): PrimitiveHoveredItem | null {
    const cursorStyle = this.cursorAt(x, y)
    if (cursorStyle === null) return null
    return { externalId: '', zOrder: 'top', cursorStyle, itemType: 'marker', hitTestPriority: 2 }
  }

  private cursorAt(x: number, y: number): string | null {
    if (this.held !== null) return cursorOf(this.held, true)
    const grip = this.gripOf({ x, y })
    const isOwn = grip !== null && (grip.id === null || grip.id === this.scene.selected)
    if (isOwn) return cursorOf(grip.part, false)
    if (this.scene.draws) return 'crosshair'
    return this.pickAt(x, y) === null ? null : 'pointer'
  }

  /** What a pointer there takes hold of. Where marks are drawn, the ends of the selected one alone: all else is ground to draw on. */
  gripOf(at: Point, kind: PointerKind = 'mouse'): Grip | null {
    const { draws, selected } = this.scene
    const grips = draws ? this.grips.filter(({ id, part }) => id === selected && isLeg(part)) : this.grips
    return gripAt(grips, at, kind)
  }

  /** The annotation whose glyph is there; null while a mark is in hand, when a click means a candle. */
  pickAt(x: number, y: number): string | null {
    if (this.scene.mark !== null) return null
    return this.hits.findLast((box) => Math.hypot(box.x - x, box.y - y) <= box.radius)?.id ?? null
  }

  /** The instant at x, CSS pixels from the chart's left, between candles too; the inverse of `xOf`. NaN while there is nothing. */
  instantOf(x: number): number {
    const { origin, spacing } = this.scale()
    return this.window.instantAt((x - origin) / spacing + 0.5)
  }

  /** x of an instant in CSS pixels from the chart's left; NaN while there is nothing. */
  xOf(instant: number): number {
    const { origin, spacing } = this.scale()
    return origin + (this.window.placeOf(instant) - 0.5) * spacing
  }

  /** Where the centre of slot 0 lies, though the library may not hold it, and how far slots are apart. */
  private scale(): { origin: number; spacing: number } {
    const scale = this.attachment?.chart.timeScale()
    const first = scale?.logicalToCoordinate(0 as Logical) ?? Number.NaN
    const next = scale?.logicalToCoordinate(1 as Logical) ?? Number.NaN
    const spacing = next - first
    return { origin: first - this.start * spacing, spacing }
  }

  private asView(): View {
    const { step } = this.window
    const width = this.attachment?.chart.timeScale().width() ?? 0
    return { step, width, pixelOf: (instant) => this.xOf(instant) }
  }

  private paint(frame: Frame, layers: readonly Layer[]): void {
    for (const layer of layers) {
      if (layer === 'annotations') this.paintMarks(frame)
      else PAINT[layer](frame)
    }
  }

  private paintMarks(frame: Frame): void {
    const shown = shapesOn(frame)
    this.last = { frame, shown }
    this.knownGrips = null
    this.knownHits = null
    drawPlan(frame, shown)
    drawAnnotations(frame, shown)
  }

  private view(order: PrimitivePaneViewZOrder, paint: (frame: Frame) => void): IPrimitivePaneView {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target: Target) =>
        target.useMediaCoordinateSpace(({ context, mediaSize }) => {
          const frame = this.frame(context, mediaSize)
          if (frame === null) return
          context.save()
          context.font = CANVAS_FONT
          paint(frame)
          context.restore()
        }),
    }
    return { zOrder: () => order, renderer: () => renderer }
  }

  private frame(ctx: CanvasRenderingContext2D, size: Size): Frame | null {
    const { origin, spacing } = this.scale()
    if (this.attachment === null || this.window.size === 0 || !(spacing > 0)) return null
    const series: ISeriesApi<'Candlestick'> = this.attachment.series as ISeriesApi<'Candlestick'>
    const { window } = this
    const colours = palette()
    const leftPlace = -origin / spacing + 0.5
    const rightPlace = leftPlace + size.width / spacing
    return {
      ctx,
      width: size.width,
      height: size.height,
      spacing,
      first: Math.floor(leftPlace) - 1,
      last: Math.ceil(rightPlace) + 1,
      from: window.instantAt(leftPlace),
      to: window.instantAt(rightPlace),
      window,
      scene: this.scene,
      hasFinger: this.finger !== null,
      colours,
      stamps: stampsFor(colours),
      finer: this.finer,
      middleOf: (slot) => origin + slot * spacing,
      x: (instant) => origin + (window.placeOf(instant) - 0.5) * spacing,
      instantOf: (x) => window.instantAt((x - origin) / spacing + 0.5),
      y: scaleOf(series, size.height),
      priceText: (price) => series.priceFormatter().format(price),
    }
  }

  private cursorLabel(): ISeriesPrimitiveAxisView {
    const isSeen = () => {
      const { asOf, follows } = this.scene
      if (asOf === null || follows) return false
      const x = this.xOf(asOf)
      return x >= 0 && x <= (this.attachment?.chart.timeScale().width() ?? 0)
    }
    return {
      coordinate: () => (this.scene.asOf === null ? -1000 : this.xOf(this.scene.asOf)),
      text: () => this.cursorText(),
      textColor: () => palette().ground,
      backColor: () => palette().accent,
      visible: isSeen,
      tickVisible: isSeen,
    }
  }

  private cursorText(): string {
    const asOf = this.scene.asOf
    if (asOf === null) return ''
    return this.window.step < MINUTE ? clock(asOf) : dateTime(asOf).slice(5)
  }
}

/** Prices are told to be so high by two of them: asking the library for each of thousands takes it longer than drawing them. */
function scaleOf(series: ISeriesApi<'Candlestick'>, height: number): (price: number) => number | null {
  const [top, bottom] = [series.coordinateToPrice(0), series.coordinateToPrice(height)]
  if (top === null || bottom === null || top === bottom) return (price) => series.priceToCoordinate(price)
  const each = height / (bottom - top)
  return (price) => (price - top) * each
}
