// All that can be read on the page: its title, every text, every attribute, what stands in fields; and the times and prices in it.
import type { Page } from 'playwright-core'

export interface Readable {
  /** Where it stands, in words. */
  readonly place: string
  readonly text: string
}

/** Every text and attribute of the page that is not empty; `without` names elements, by selector, that are left out with all inside. */
export function readableOn(page: Page, without = ''): Promise<Readable[]> {
  return page.evaluate((left) => {
    const found: { place: string; text: string }[] = [{ place: 'title', text: document.title }]
    const put = (place: string, text: string | null) => {
      if (text !== null && text.trim() !== '') found.push({ place, text })
    }
    const nameOf = (element: Element) =>
      `${element.localName}${element.id === '' ? '' : `#${element.id}`}.${element.classList.value.replaceAll(' ', '.')}`
    for (const element of document.body.querySelectorAll('*')) {
      if (element.matches('script, style') || (left !== '' && element.closest(left) !== null)) continue
      for (const { name, value } of element.attributes)
        if (!['style', 'class', 'd'].includes(name)) put(`${nameOf(element)} [${name}]`, value)
      if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)
        put(`${nameOf(element)} value`, element.value)
      // Its own words together: a price may be put together from several texts.
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
      put(nameOf(element), own.map((node) => node.textContent).join(''))
    }
    return found
  }, without)
}

const TIMES = /(?:(?<year>\d{4})-)?(?:(?<day>\d\d-\d\d)[T ])?(?<clock>\d\d:\d\d:\d\d)/g

/** Instants that `text` names, UTC ms; a clock alone is of `day`, `2024-08-09`. */
export function timesIn(text: string, day: string): number[] {
  return [...text.matchAll(TIMES)].map(({ groups = {} }) => {
    const year = groups['year'] ?? day.slice(0, 4)
    return Date.parse(`${year}-${groups['day'] ?? day.slice(5)}T${groups['clock']}Z`)
  })
}

const DATED = /(?:\d{4}-)?\d\d-\d\d[T ]\d\d:\d\d:\d\d/g

/** What on the page names an instant later than `horizon`, UTC ms, by its date. */
export async function laterTimesOn(page: Page, horizon: number): Promise<string[]> {
  const day = new Date(horizon).toISOString().slice(0, 10)
  const isLater = (text: string) =>
    [...text.matchAll(DATED)].some(([dated]) => timesIn(dated, day).some((time) => time > horizon))
  return (await readableOn(page)).flatMap(({ place, text }) => (isLater(text) ? [`${place}: ${text}`] : []))
}

/** Prices of four digits before the point, as the page and the server write them. */
export function pricesIn(text: string): number[] {
  return [...text.matchAll(/(?<![\d.,])(\d,?\d{3}\.\d+)(?![\d.])/g)].map(([, price = '']) =>
    Number(price.replace(',', '')),
  )
}
