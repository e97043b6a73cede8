// What the page holds in memory over an hour of the market, told as fast as it takes it.
import type { Page } from 'playwright-core'
import { settle } from '../../test/e2e/harness/charts.ts'
import type { Row } from '../bench.ts'
import { nowAt } from './market.ts'
import { requireTold, tellSecond } from './updates.ts'

const MB = 2 ** 20
/** The first tenth brings what is made once. */
const WARM = 0.1

/** An hour is 3,600 `seconds` of four updates each, the charts at the newest second. */
export async function heapOver(page: Page, seconds: number): Promise<Row[]> {
  await page.keyboard.press('End')
  await settle(page)
  let time = Math.ceil(nowAt() / 1000) * 1000
  const heaps: number[] = []
  const began = performance.now()
  for (let second = 0; second <= seconds; second++) {
    if (second === Math.ceil(seconds * WARM) || second === seconds) heaps.push(await heapOf(page))
    time = await tellSecond(page, time)
  }
  await requireTold(page, time)
  const [first = Number.NaN, last = Number.NaN] = heaps
  const times = (seconds * 1000) / (performance.now() - began)
  return [
    { name: 'heap after the first tenth', value: first, unit: 'MB', note: 'after a collection' },
    {
      name: `heap after ${seconds.toLocaleString('en')} s of the market, against that`,
      value: last - first,
      unit: 'MB',
      note: `${times.toFixed(0)} times as fast as live; target: flat`,
    },
  ]
}

/** In use after a collection, MB. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / MB
}
