// The page's colours for the canvas, read from the tokens in styles/tokens.css.

const NAMES = [
  'ground',
  'panel',
  'line',
  'line-soft',
  'text',
  'dim',
  'faint',
  'accent',
  'up',
  'down',
  'hold',
  'warn',
  'review',
  'candle-up',
  'candle-down',
  'vwap',
  'ema-1',
  'ema-2',
  'ema-3',
  'ema-4',
] as const
export type Colour = (typeof NAMES)[number]
export type Palette = Record<Colour, string>

let cached: Palette | undefined

/** The tokens as `#rrggbb`. */
export function palette(): Palette {
  if (cached !== undefined) return cached
  const style = getComputedStyle(document.documentElement)
  const entries = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim() || '#888888'])
  cached = Object.fromEntries(entries) as Palette
  return cached
}

/** The tokens are others now: charts that are made from here on take those. */
export function forgetPalette(): void {
  cached = undefined
}

const fades = new Map<number, Map<string, string>>()

/** `#rrggbb` with an opacity of 0–1. Kept: they are asked for with everything that is drawn. */
export function faded(colour: string, opacity: number): string {
  const known = fades.get(opacity) ?? new Map<string, string>()
  fades.set(opacity, known)
  const kept = known.get(colour)
  if (kept !== undefined) return kept
  const alpha = Math.round(opacity * 255)
  const made = `${colour}${alpha.toString(16).padStart(2, '0')}`
  known.set(colour, made)
  return made
}
