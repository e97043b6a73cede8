// The heat strip: the last seconds from left to right, price upwards, brighter where more is on offer.
import { useEffect, useRef } from 'react'
import type { Cell } from '../../contract/csv.ts'
import { faded, palette } from '../charts/palette.ts'
import { heatSvg } from './heat-svg.ts'
import { Plot } from '../pictures/plot.tsx'
import { clock, dateTime, price } from '../state/format.ts'
import { useApp } from '../state/app-state.ts'
import { useDepth } from './depth-store.ts'
import { heatOf, STRIP_SECONDS, timeOf, type Books, type Heat } from './books.ts'

export function HeatStrip({ books }: { books: Books }) {
  const digits = useApp((state) => state.digits)
  const isMerged = useDepth((state) => state.isMerged)
  const canvas = useRef<HTMLCanvasElement>(null)
  const heat = heatOf(books)
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const redraw = (): void => draw(element, heat)
    redraw()
    const observer = new ResizeObserver(redraw)
    observer.observe(element)
    return () => observer.disconnect()
  }, [heat])
  const last = books.at(-1)
  if (heat === null || last === undefined) return null
  const { symbol, venue } = last
  const asSvg = () =>
    heatSvg({
      heat,
      title: `${symbol} ${venue} order book`,
      end: dateTime(timeOf(last)),
      digits,
      colours: palette(),
    })
  return (
    <figure className="heat">
      <Plot
        name={`${symbol}-${venue}-order-book`.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}
        header={['time', 'side', 'price', 'amount']}
        rows={books.flatMap(levelsOf)}
        draw={asSvg}
      >
        <div className="heat-field">
          <canvas
            ref={canvas}
            role="img"
            aria-label={`Order book of the last ${STRIP_SECONDS} seconds by price and amount`}
          />
          <span className="heat-price high">{price(heat.high, digits)}</span>
          <span className="heat-price low">{price(heat.low, digits)}</span>
        </div>
      </Plot>
      <figcaption>
        <span>−{STRIP_SECONDS} s</span>
        <span>{isMerged ? last.venue : 'brighter: more'}</span>
        <span className="time">{clock(timeOf(last))}</span>
      </figcaption>
    </figure>
  )
}

/** Best first on each side, bids before asks. */
function levelsOf({ timestamp, bids, asks }: Books[number]): Cell[][] {
  const rowsOf = (side: string, levels: Books[number]['bids']) =>
    levels.map(([level, amount]) => [timestamp, side, level, amount])
  return [...rowsOf('bid', bids), ...rowsOf('ask', asks)]
}

function draw(canvas: HTMLCanvasElement, heat: Heat | null): void {
  const { clientWidth: width, clientHeight: height } = canvas
  const ratio = devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  if (context === null || heat === null) return
  context.scale(ratio, ratio)
  const { up, down, text } = palette()
  const column = width / STRIP_SECONDS
  const span = heat.high - heat.low + heat.step
  const yOf = (level: number): number => ((heat.high + heat.step / 2 - level) / span) * height
  const xOf = (age: number): number => width - (age + 1) * column
  for (const { age, high, low, side, heat: shade } of heat.cells) {
    context.fillStyle = faded(side === 'bid' ? up : down, 0.1 + 0.85 * shade)
    context.fillRect(xOf(age), yOf(high), column + 0.5, Math.max(1, yOf(low) - yOf(high)))
  }
  context.strokeStyle = faded(text, 0.85)
  context.lineWidth = 1
  context.beginPath()
  let before = Number.NaN
  for (const { age, price: mid } of heat.mids) {
    const [x, y] = [xOf(age) + column / 2, yOf(mid)]
    if (before - age === 1) context.lineTo(x, y)
    else context.moveTo(x, y)
    before = age
  }
  context.stroke()
}
