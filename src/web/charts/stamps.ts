// Small shapes that are drawn by the hundred each frame, painted once and stamped on: a shape of its own each time takes script and canvas several times as long.
import { CANVAS_FONT } from './canvas-font.ts'
import type { Palette } from './palette.ts'

/** A box round the point that it is stamped at, CSS pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

interface Stamp extends Box {
  readonly image: ImageBitmap
}

/** More are forgotten, to be painted again. */
const MOST = 600

/** Paints a shape whose point is (0, 0). */
type Paint = (ctx: OffscreenCanvasRenderingContext2D) => void

/** Of one set of colours, for one screen. */
export class Stamps {
  private readonly kept = new Map<string, Stamp>()
  readonly colours: Palette
  /** Pixels of the screen for each of CSS. */
  readonly ratio: number

  constructor(colours: Palette, ratio: number) {
    this.colours = colours
    this.ratio = ratio
  }

  get isFull(): boolean {
    return this.kept.size > MOST
  }

  /** Stamps the shape of that name at (x, y), to the pixel; `paint` paints it where it is not there yet. */
  put(ctx: CanvasRenderingContext2D, name: string, x: number, y: number, box: Box, paint: Paint): void {
    const { kept, ratio } = this
    let one = kept.get(name)
    if (one === undefined) {
      one = painted(box, ratio, paint)
      if (one === undefined) return
      kept.set(name, one)
    }
    const left = Math.round((x + one.left) * ratio) / ratio
    const top = Math.round((y + one.top) * ratio) / ratio
    ctx.drawImage(one.image, left, top, one.width, one.height)
  }
}

let current: Stamps | null = null

/** Those to draw with now: what was painted in other colours, for another screen or before its font was there holds no longer. */
export function stampsFor(colours: Palette): Stamps {
  const holds = current?.colours === colours && current.ratio === devicePixelRatio && !current.isFull
  if (current === null || !holds) current = new Stamps(colours, devicePixelRatio)
  return current
}

/** Once, with the page. */
export function watchFonts(): void {
  document.fonts.addEventListener('loadingdone', () => {
    current = null
    widths.clear()
  })
}

function painted({ left, top, width, height }: Box, ratio: number, paint: Paint): Stamp | undefined {
  const [wide, tall] = [Math.ceil(width * ratio), Math.ceil(height * ratio)]
  const canvas = new OffscreenCanvas(wide, tall)
  const ctx = canvas.getContext('2d')
  if (ctx === null) return undefined
  ctx.scale(ratio, ratio)
  ctx.translate(-left, -top)
  ctx.font = CANVAS_FONT
  paint(ctx)
  return { left, top, width: wide / ratio, height: tall / ratio, image: canvas.transferToImageBitmap() }
}

const widths = new Map<string, number>()

/** How wide a few words are in the canvas's font, CSS pixels; measured once. */
export function widthOf(ctx: CanvasRenderingContext2D, text: string): number {
  const known = widths.get(text)
  if (known !== undefined) return known
  const { width } = ctx.measureText(text)
  if (widths.size > MOST) widths.clear()
  widths.set(text, width)
  return width
}
