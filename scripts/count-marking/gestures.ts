// What a trader's hands do on the page, counted by the page itself: keys (modifiers go with theirs), clicks, drags, turns of the wheel.
import type { Page } from 'playwright-core'

export interface Gestures {
  readonly keys: number
  readonly clicks: number
  readonly drags: number
  readonly wheels: number
}

/** In the page before its own scripts. A press that moves four pixels is a drag, as the charts count it. */
const COUNT = `
  window.gestures = { keys: 0, clicks: 0, drags: 0, wheels: 0 }
  let down = null
  addEventListener('keydown', ({ key }) => {
    if (!['Shift', 'Control', 'Alt', 'Meta'].includes(key)) window.gestures.keys++
  }, true)
  addEventListener('pointerdown', (event) => { down = { x: event.clientX, y: event.clientY } }, true)
  addEventListener('pointerup', (event) => {
    if (down === null) return
    const far = Math.hypot(event.clientX - down.x, event.clientY - down.y)
    window.gestures[far < 4 ? 'clicks' : 'drags']++
    down = null
  }, true)
  addEventListener('wheel', () => window.gestures.wheels++, { capture: true, passive: true })`

/** Counts from the next load on. */
export async function countGestures(page: Page): Promise<void> {
  await page.addInitScript(COUNT)
}

export async function gesturesOf(page: Page): Promise<Gestures> {
  return page.evaluate('window.gestures')
}
