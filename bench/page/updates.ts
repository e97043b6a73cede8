// Updates of the made-up market, put into the page where its event stream would: each tells the forming candle of all four charts.
import type { Page } from 'playwright-core'
import type {} from '../../src/web/app/probe.ts'
import type { CandleEvent } from '../../src/contract/market.ts'
import { candle, goOnTo, MARKET, nowAt, signal, STEPS, TIMEFRAMES, type Timeframe } from './market.ts'

export const A_SECOND = 4
const APART = 1000 / A_SECOND

/** In the page before its own scripts: a stream that says what it is told to. */
export const STREAM = `
  window.SharedWorker = undefined
  let stream = null
  window.EventSource = class extends EventTarget {
    static CLOSED = 2
    readyState = 1
    constructor() {
      super()
      stream = this
      setTimeout(() => this.dispatchEvent(new Event('open')))
    }
    close() {}
  }
  window.tell = (messages) => {
    for (const [name, data] of messages) stream.dispatchEvent(new MessageEvent(name, { data }))
  }`

declare global {
  interface Window {
    tell: (messages: readonly Message[]) => void
  }
}

type Message = readonly [name: 'candle' | 'signal', data: string]

/** Tells the page of the market four times a second. Returns what ends it. */
export function tellWhile(page: Page): () => Promise<void> {
  const ended = new AbortController()
  let time = nowAt()
  const telling = (async () => {
    while (!ended.signal.aborted) {
      time = Math.max(time + APART, Date.now())
      await tell(page, update(time))
      await new Promise((done) => setTimeout(done, APART))
    }
  })()
  // A fault is met where its end is waited for.
  telling.catch(() => undefined)
  return async () => {
    ended.abort()
    await telling
    await requireTold(page, time)
  }
}

/** A second of the market, at once: its four updates. Returns where the market stands then, UTC ms. */
export async function tellSecond(page: Page, from: number): Promise<number> {
  const times = Array.from({ length: A_SECOND }, (_, n) => from + (n + 1) * APART)
  await tell(page, times.flatMap(update))
  return from + A_SECOND * APART
}

/** With its next frame. A function's text would be read and not called: it has to be the function. */
async function tell(page: Page, messages: readonly Message[]): Promise<void> {
  await page.evaluate(
    (told) =>
      new Promise<void>((done) => {
        requestAnimationFrame(() => {
          window.tell(told)
          done()
        })
      }),
    messages,
  )
}

/** Resolves once the page holds what it was told of up to `time`, UTC ms: one that does not was measured at nothing. @throws Error of the wait */
export async function requireTold(page: Page, time: number): Promise<void> {
  await page.waitForFunction((told) => window.annotate!.held('1s').to >= told, time)
}

/** What is told as of `time`, UTC ms: candles that ended since the last update, the forming ones, and a signal with each second. */
function update(time: number): Message[] {
  goOnTo(time)
  const messages = TIMEFRAMES.flatMap((timeframe) => candlesAt(timeframe, time))
  if (time % 1000 < APART)
    messages.push(['signal', JSON.stringify({ ...signal(time, 0), call_id: null, call_opens: false })])
  return messages
}

function candlesAt(timeframe: Timeframe, time: number): Message[] {
  const step = STEPS[timeframe]
  const open = Math.floor(time / step) * step
  const forming = candleEvent(timeframe, formingAt(open, step, time), false)
  return time - open < APART ? [candleEvent(timeframe, candle(open - step, step), true), forming] : [forming]
}

function formingAt(open: number, step: number, time: number): number[] {
  const [at = open, o = 0, high = 0, low = 0, c = 0, volume = 0] = candle(open, step)
  const share = (time - open) / step
  return [at, o, high, low, o + (c - o) * share, volume * share]
}

function candleEvent(timeframe: Timeframe, row: number[], closed: boolean): Message {
  const event = { ...MARKET, timeframe, closed, candles: [row] as unknown as CandleEvent['candles'] }
  return ['candle', JSON.stringify(event satisfies CandleEvent)]
}
