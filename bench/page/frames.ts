// What a frame of the page takes while all four charts are panned and zoomed, and while the pointer moves over them.
import type { Page } from 'playwright-core'
import type {} from '../../src/web/app/probe.ts'
import type { Row } from '../bench.ts'
import { STEPS, TIMEFRAMES } from './market.ts'
import { traced } from './traced.ts'

/** What every chart shows in one frame, in candles: how many, and how far before the first frame's end. */
interface Move {
  readonly shown: number
  readonly back: number
}

/** A hundredth of the view a frame. */
export function panned(shown: number, frames: number): Move[] {
  return Array.from({ length: frames }, (_, frame) => ({ shown, back: frame * shown * 0.01 }))
}

/** From 150 candles to 1,500 and back, by a like share each frame. */
export function zoomed(frames: number): Move[] {
  return Array.from({ length: frames }, (_, frame) => ({
    shown: 150 * 10 ** (1 - Math.abs((2 * frame) / frames - 1)),
    back: 0,
  }))
}

/**
 * Moves all four charts each frame. Script and canvases: the main thread's processor time, what the page is told meanwhile among it. Work, by
 * the clock: with layout and waiting for a processor. Between: frame to frame.
 */
export async function move(page: Page, name: string, moves: readonly Move[]): Promise<Row[]> {
  const {
    out: { work, between },
    frames: { script, canvases },
  } = await traced(page, () => moveAll(page, moves))
  return [
    { name: `${name}: script a frame, p50`, value: quantile(script, 0.5), unit: 'ms' },
    {
      name: `${name}: script a frame, p95`,
      value: quantile(script, 0.95),
      unit: 'ms',
      note: 'of the processor, canvas calls included; target: under 8 ms',
    },
    {
      name: `${name}: canvases a frame, p95`,
      value: quantile(canvases, 0.95),
      unit: 'ms',
      note: 'of the processor: rasterized by it, after the script',
    },
    {
      name: `${name}: all work a frame, p95`,
      value: quantile(work, 0.95),
      unit: 'ms',
      note: 'by the clock',
    },
    {
      name: `${name}: between frames, p95`,
      value: quantile(between, 0.95),
      unit: 'ms',
      note: '60 Hz is 16.7 ms',
    },
  ]
}

/** By the clock, ms. */
interface Clocked {
  readonly work: number[]
  readonly between: number[]
}

function moveAll(page: Page, moves: readonly Move[]): Promise<Clocked> {
  return page.evaluate(
    async ([names, steps, all]) => {
      const ends = names.map((one) => window.annotate!.held(one).to - steps[one] * 3000)
      const times = { work: [] as number[], between: [] as number[] }
      let last = 0
      for (const { shown, back } of all) {
        names.forEach((one, i) => {
          const to = (ends[i] ?? 0) - back * steps[one]
          window.annotate!.show(one, to - steps[one] * shown, to)
        })
        await new Promise<void>((done) => {
          requestAnimationFrame((start) => {
            const channel = new MessageChannel()
            // Runs after the frame has been drawn and laid out.
            channel.port1.addEventListener('message', () => {
              times.work.push(performance.now() - start)
              done()
            })
            channel.port1.start()
            channel.port2.postMessage(null)
            if (last > 0) times.between.push(start - last)
            last = start
          })
        })
      }
      return times
    },
    [TIMEFRAMES, STEPS, moves] as const,
  )
}

/** As text: tsx would name its inner function with a helper that the page does not have. */
const WATCH_FRAMES = `
  window.frameTimes = []
  requestAnimationFrame(function watch(start) {
    const channel = new MessageChannel()
    channel.port1.onmessage = () => window.frameTimes.push(performance.now() - start)
    channel.port2.postMessage(null)
    requestAnimationFrame(watch)
  })`

/** Moves the pointer over a chart: the crosshair of all four follows. */
export async function hover(page: Page, count: number): Promise<Row[]> {
  await page.evaluate(WATCH_FRAMES)
  const box = (await page.locator('#chart-1m').boundingBox())!
  for (let i = 0; i < count; i++) {
    const x = box.x + 20 + ((box.width - 120) * i) / count
    await page.mouse.move(x, box.y + box.height / 2)
  }
  const frames = await page.evaluate<number[]>('window.frameTimes')
  return [{ name: 'pointer moved: work a frame, p95', value: quantile(frames, 0.95), unit: 'ms' }]
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(Math.floor(sorted.length * q), sorted.length - 1)] ?? Number.NaN
}
