// What a frame of the page takes while all four charts are panned and zoomed, and while the pointer moves over them.
import type { Page } from 'playwright-core'
import type {} from '../../src/web/app/probe.ts'
import type { Row } from '../bench.ts'
import { STEPS, TIMEFRAMES } from './market.ts'

/** In the page before its own scripts, after the stream's: sums what all callbacks of a frame take, with what came since the last, by the frame's time. */
export const TIME_FRAMES = `
  window.scriptTimes = new Map()
  const ask = window.requestAnimationFrame.bind(window)
  window.requestAnimationFrame = (work) => ask((start) => {
    const began = performance.now()
    work(start)
    const before = window.scriptTimes.get(start) ?? window.betweenFrames
    if (!window.scriptTimes.has(start)) window.betweenFrames = 0
    window.scriptTimes.set(start, before + performance.now() - began)
  })`

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
 * Moves all four charts each frame. Script: JavaScript, drawing and what the page is told. Work: with layout and, in this browser
 * without a GPU, the rasterizing of all canvases. Between: frame to frame.
 */
export async function move(page: Page, name: string, moves: readonly Move[]): Promise<Row[]> {
  await page.evaluate('window.scriptTimes.clear()')
  const { work, between } = await page.evaluate(
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
  const script = await page.evaluate<number[]>('[...window.scriptTimes.values()]')
  return [
    { name: `${name}: script a frame, p50`, value: quantile(script, 0.5), unit: 'ms' },
    {
      name: `${name}: script a frame, p95`,
      value: quantile(script, 0.95),
      unit: 'ms',
      note: 'target: under 8 ms',
    },
    {
      name: `${name}: all work a frame, p95`,
      value: quantile(work, 0.95),
      unit: 'ms',
      note: 'rasterized by the CPU',
    },
    {
      name: `${name}: between frames, p95`,
      value: quantile(between, 0.95),
      unit: 'ms',
      note: '60 Hz is 16.7 ms',
    },
  ]
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
