// How charts and page look, as the trader set it: kept in the browser, in every tab alike.
import { createStore, useSelected } from './store.ts'

export const VWAPS = ['off', 'day', 'session'] as const
export const ZONES = ['UTC', 'local'] as const
export const THEMES = ['dark', 'light'] as const
export const COLOURS = ['green and red', 'blue and orange', 'own'] as const

export interface Look {
  /** Where days and sessions begin is drawn. */
  readonly breaks: boolean
  /** Periods of exponential moving averages, candles. */
  readonly emas: readonly number[]
  /** Since when prices are averaged: the UTC day, or the last pause in trading. */
  readonly vwap: (typeof VWAPS)[number]
  /** A swing ends at the highest or the lowest close of so many seconds on either side. */
  readonly swing: number
  /** Only swings that pay their fees are offered. */
  readonly swingPays: boolean
  /** The volume of what is in view, by price. */
  readonly profile: boolean
  readonly zone: (typeof ZONES)[number]
  readonly theme: (typeof THEMES)[number]
  readonly colours: (typeof COLOURS)[number]
  /** Of candles that rose and that fell, `#rrggbb`, where the colours are one's own. */
  readonly up: string
  readonly down: string
}

export const USUAL: Look = {
  breaks: true,
  emas: [],
  vwap: 'off',
  swing: 60,
  swingPays: true,
  profile: false,
  zone: 'UTC',
  theme: 'dark',
  colours: 'green and red',
  up: '#26a69a',
  down: '#ef5350',
}

const KEY = 'annotate.look'
/** Averages drawn at once, and their longest period. */
const MOST_EMAS = 4
const LONGEST = 500
/** Seconds on either side of a swing's ends. */
const SWINGS = { least: 5, most: 600 } as const

export const lookStore = createStore<Look>(USUAL)

export function useLook<T>(select: (look: Look) => T): T {
  return useSelected(lookStore, select)
}

export function keepLook(part: Partial<Look>, storage: Pick<Storage, 'setItem'> = localStorage): void {
  lookStore.set(part)
  storage.setItem(KEY, JSON.stringify(lookStore.get()))
}

/** What `keepLook` kept; the usual where something else is written, as by another version of the page. */
export function lookIn(text: string | null): Look {
  const kept = objectIn(text)
  const one = <T extends string>(key: keyof Look, of: readonly T[], usual: T): T =>
    of.find((value) => value === kept[key]) ?? usual
  const flag = (key: keyof Look, usual: boolean): boolean =>
    typeof kept[key] === 'boolean' ? kept[key] : usual
  const colour = (key: 'up' | 'down'): string => {
    const value = kept[key]
    return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : USUAL[key]
  }
  return {
    breaks: flag('breaks', USUAL.breaks),
    emas: Array.isArray(kept.emas) ? kept.emas.filter(isPeriod).slice(0, MOST_EMAS) : USUAL.emas,
    vwap: one('vwap', VWAPS, USUAL.vwap),
    swing: isSwing(kept.swing) ? kept.swing : USUAL.swing,
    swingPays: flag('swingPays', USUAL.swingPays),
    profile: flag('profile', USUAL.profile),
    zone: one('zone', ZONES, USUAL.zone),
    theme: one('theme', THEMES, USUAL.theme),
    colours: one('colours', COLOURS, USUAL.colours),
    up: colour('up'),
    down: colour('down'),
  }
}

/** As it was set in this browser, now and when another tab sets it. */
export function recallLook(): void {
  lookStore.set(lookIn(localStorage.getItem(KEY)))
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY) lookStore.set(lookIn(newValue))
  })
}

/** Periods as typed: `20`, `20, 50`; nothing is none. Otherwise why not, in words. */
export function periodsIn(text: string): readonly number[] | { readonly refusal: string } {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const periods = words.map(Number)
  if (periods.length <= MOST_EMAS && periods.every(isPeriod)) return periods
  return {
    refusal: `“${text.trim()}”: write up to ${MOST_EMAS} whole numbers of candles from 2 to ${LONGEST}, such as 20, 50.`,
  }
}

/** Seconds on either side of a swing's ends, as typed. Otherwise why not, in words. */
export function swingIn(text: string): number | { readonly refusal: string } {
  const swing = text.trim() === '' ? Number.NaN : Number(text)
  if (isSwing(swing)) return swing
  return {
    refusal: `“${text.trim()}”: write whole seconds from ${SWINGS.least} to ${SWINGS.most}, such as ${USUAL.swing}.`,
  }
}

function isSwing(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= SWINGS.least && value <= SWINGS.most
}

function isPeriod(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 2 && value <= LONGEST
}

function objectIn(text: string | null): Partial<Record<keyof Look, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? 'null')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
