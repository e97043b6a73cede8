// Elements that a key brings the focus to, by name: each says itself that it is there.

export type FocusName =
  'notes' | 'stop' | 'list' | 'search' | 'chart-1s' | 'chart-1m' | 'chart-1h' | 'chart-1d'

const elements = new Map<FocusName, HTMLElement>()
const refs = new Map<FocusName, (element: HTMLElement | null) => void>()

/** The `ref` of the element called `name`: the same function each time, so that React calls it once. */
export function focusRef(name: FocusName): (element: HTMLElement | null) => void {
  const kept = refs.get(name)
  if (kept !== undefined) return kept
  const ref = (element: HTMLElement | null) => {
    if (element === null) elements.delete(name)
    else elements.set(name, element)
  }
  refs.set(name, ref)
  return ref
}

/** Gives the focus to it where it is on the page. */
export function focusOn(name: FocusName): void {
  elements.get(name)?.focus()
}
