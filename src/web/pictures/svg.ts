// Pictures as SVG: made element by element, or taken of one that is on the page with the colours it has there.

const NAMESPACE = 'http://www.w3.org/2000/svg'
/** What style sheets say of a plot's shapes and words. */
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const

export type Attributes = Readonly<Record<string, string | number>>

/** One element; a text child is a text, never markup. */
export function shape(name: string, attributes: Attributes, ...children: (Node | string)[]): SVGElement {
  const made = document.createElementNS(NAMESPACE, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  made.append(...children)
  return made
}

/** A picture of so many pixels, on its ground. */
export function onGround(width: number, height: number, ground: string, ...parts: SVGElement[]): SVGElement {
  return shape(
    'svg',
    { xmlns: NAMESPACE, width, height, viewBox: `0 0 ${width} ${height}` },
    shape('rect', { width, height, fill: ground }),
    ...parts,
  )
}

export function svgText(svg: SVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`
}

/** A copy that looks the same without the page, on its own ground. */
export function standalone(svg: SVGSVGElement, ground: string): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement
  const { width, height } = svg.getBoundingClientRect()
  copy.setAttribute('xmlns', NAMESPACE)
  copy.setAttribute('width', String(Math.round(width)))
  copy.setAttribute('height', String(Math.round(height)))
  const originals = svg.querySelectorAll<SVGElement>('*')
  for (const [i, element] of copy.querySelectorAll<SVGElement>('*').entries()) {
    const original = originals[i]
    if (original !== undefined) takeStyle(original, element)
  }
  copy.style.background = ground
  return copy
}

function takeStyle(from: SVGElement, to: SVGElement): void {
  const style = getComputedStyle(from)
  for (const name of STYLES) to.style.setProperty(name, style.getPropertyValue(name))
  to.removeAttribute('class')
}

/** The picture drawn at twice its size, for sharp letters. */
export async function drawn(svg: SVGElement, ground: string): Promise<HTMLCanvasElement> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * 2
  canvas.height = image.height * 2
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('The browser gives no canvas to draw on.')
  context.fillStyle = ground
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas
}
