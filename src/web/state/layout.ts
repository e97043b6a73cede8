// How the four charts are laid out.
import { TIMEFRAMES, type Timeframe } from './timeframes.ts'

export const LAYOUTS = ['stack', '1+3', '2x2'] as const
export type LayoutKind = (typeof LAYOUTS)[number]

export interface Layout {
  readonly kind: LayoutKind
  /** The chart that is large in `1+3`, by its place. */
  readonly large: Timeframe
}

/** Two small ones for context on top, two wide ones below, where marks are made. */
export const STACK: Layout = { kind: 'stack', large: '1s' }

export const LAYOUT_NAMES: Readonly<Record<LayoutKind, string>> = {
  stack: 'two small on top, two wide below',
  '1+3': 'one large, three beside it',
  '2x2': 'two by two',
}

/** The next in turn; the large one will be the chart in hand. */
export function nextLayout({ kind }: Layout, focused: Timeframe): Layout {
  return { kind: LAYOUTS[(LAYOUTS.indexOf(kind) + 1) % LAYOUTS.length] ?? 'stack', large: focused }
}

/** As the address says it: `2x2`, `1+3 1m`; nothing of the usual one. */
export function layoutText({ kind, large }: Layout): string | null {
  if (kind === 'stack') return null
  return kind === '1+3' ? `1+3 ${large}` : kind
}

/** What `layoutText` wrote; the usual one where it is something else. */
export function layoutIn(text: string | null): Layout {
  if (text === '2x2') return { ...STACK, kind: '2x2' }
  // A plus sign that was not escaped is a blank to a reader of addresses.
  const [, place] = /^1[+ ]3[+ ](\w+)$/.exec(text ?? '') ?? []
  const large = TIMEFRAMES.find((name) => name === place)
  return large === undefined ? STACK : { kind: '1+3', large }
}
