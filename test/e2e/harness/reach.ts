// What of the page nobody could get at: buttons and fields cut off where nothing scrolls, a dialog larger than the window.
import type { Page } from 'playwright-core'

/** In the page, as text: a function of tsx would bring a helper that the page does not have. */
const CUT_OFF = `(() => {
  const dialog = document.querySelector('dialog[open]')
  const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll'
  const cuts = (overflow) => overflow === 'hidden' || overflow === 'clip'
  const found = []
  for (const element of (dialog ?? document).querySelectorAll('button, input, select, textarea, a[href], summary')) {
    if (element.closest('.unseen') !== null || !element.checkVisibility({ visibilityProperty: true })) continue
    const box = element.getBoundingClientRect()
    if (box.width === 0) continue
    let across = true, down = true
    const isOut = (left, top, right, bottom) =>
      (across && (box.left < left - 1 || box.right > right + 1)) || (down && (box.top < top - 1 || box.bottom > bottom + 1))
    let by = null
    for (let around = element.parentElement; around !== null && by === null; around = around.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(around)
      if (scrolls(overflowX)) across = false
      if (scrolls(overflowY)) down = false
      const { left, top, right, bottom } = around.getBoundingClientRect()
      if ((cuts(overflowX) || cuts(overflowY)) && isOut(left, top, right, bottom)) by = around.className || around.tagName
    }
    if (by === null && isOut(0, 0, innerWidth, innerHeight)) by = 'the window'
    if (by !== null) found.push((element.getAttribute('aria-label') ?? element.textContent).trim() + ' (' + by + ')')
  }
  const box = dialog?.getBoundingClientRect()
  if (box && (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth)) found.push('the dialog')
  return found
})()`

/** Names of what is out of reach in a window of this size, each with what cuts it off. */
export async function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(CUT_OFF)
}

/** Buttons and fields that are shown and smaller than `least` CSS pixels either way. */
export async function tooSmall(page: Page, least: number): Promise<string[]> {
  return page.evaluate<string[], number>((size) => {
    const shown = [...document.querySelectorAll('button, input, select, summary, .row, .choice')].filter(
      (element) => element.checkVisibility() && element.closest('.unseen') === null,
    )
    return shown
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && (box.width < size || box.height < size))
      .map(({ element, box }) => `${element.textContent} ${box.width} × ${box.height}`)
  }, least)
}
