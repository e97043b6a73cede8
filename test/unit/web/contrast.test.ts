// Every colour that words are written in keeps 4.5 to 1 (WCAG 2.2, 1.4.3) on each ground it stands on, in both themes and palettes.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../../src/web/styles/tokens.css', import.meta.url), 'utf8')

/** The tokens of the rules whose selector is one of `selectors`, later ones in place of earlier ones. */
function tokensOf(selectors: readonly string[]): Map<string, string> {
  const rules = [...css.matchAll(/^(:root[^{]*?)\s*\{([^}]*)\}/gm)]
  const tokens = new Map<string, string>()
  for (const [, selector = '', body = ''] of rules)
    if (selectors.includes(selector))
      for (const [, name = '', value = ''] of body.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g))
        tokens.set(name, value)
  return tokens
}

/** Relative luminance, 0–1 (WCAG 2.2). */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const LIGHT = ":root[data-theme='light']"
const BLUE = ":root[data-colours='blue and orange']"
const LOOKS: readonly (readonly [string, readonly string[]])[] = [
  ['dark', [':root']],
  ['light', [':root', LIGHT]],
  ['dark, blue and orange', [':root', BLUE]],
  ['light, blue and orange', [':root', LIGHT, BLUE, `${LIGHT}[data-colours='blue and orange']`]],
]
const INKS = ['text', 'dim', 'faint', 'accent', 'up', 'down', 'hold', 'warn', 'review', 'run-2', 'run-3']
const GROUNDS = ['ground', 'panel', 'raised']

describe('contrast', () => {
  it.each(LOOKS)('is enough for words: %s', (_, selectors) => {
    const tokens = tokensOf(selectors)
    const of = (name: string) => tokens.get(name) ?? ''
    const weak = INKS.flatMap((ink) =>
      GROUNDS.map((ground) => [ink, ground, contrast(of(ink), of(ground))] as const),
    ).filter(([, , ratio]) => !(ratio >= 4.5))
    expect(weak).toEqual([])
    expect(contrast(of('on-accent'), of('accent'))).toBeGreaterThanOrEqual(4.5)
  })
})
