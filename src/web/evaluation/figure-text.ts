// Figures as text: a share, a plain number, seconds; where n is too small, that instead of a number. Pure.
import type { Figure, Spread } from '../../contract/validation.ts'

/** How a figure is written. */
export type Form = 'share' | 'number' | 'percent' | 'ratio'

export const TOO_FEW = 'too few to say'

/** `73 %`, `0.91`, `+0.42 %`, `1.8`; null where the figure says nothing. */
export function valueText(value: number | null, form: Form): string | null {
  if (value === null) return null
  // A whole percent would make 99.6 % all of it.
  if (form === 'share') return `${round(value * 100, isNearEdge(value) ? 1 : 0)} %`
  if (form === 'percent') return `${value > 0 ? '+' : value < 0 ? '−' : ''}${round(Math.abs(value), 3)} %`
  return round(value, form === 'ratio' ? 2 : 3)
}

function isNearEdge(share: number): boolean {
  return (share > 0.99 && share < 1) || (share > 0 && share < 0.01)
}

function round(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−')
}

/** `41–88 %`; null where there is none. */
export function intervalText(interval: readonly [number, number] | null): string | null {
  if (interval === null) return null
  return `${Math.round(interval[0] * 100)}–${Math.round(interval[1] * 100)} %`
}

/** What stands in a cell, and what is said of it when the pointer rests there. */
export function cellOf(figure: Figure, form: Form): { text: string; about: string; isSaid: boolean } {
  const value = valueText(figure.value, form)
  const n = `n ${Number(figure.n.toFixed(1))}`
  if (value === null)
    return { text: TOO_FEW, about: `${figure.reason ?? 'Nothing to count.'} ${n}`, isSaid: false }
  const interval = intervalText(figure.interval)
  return { text: value, about: interval === null ? n : `95 %: ${interval}, ${n}`, isSaid: true }
}

/** Median and quartiles in seconds. */
export function spreadCellOf(spread: Spread): { text: string; about: string; isSaid: boolean } {
  const { median, lower_quartile: low, upper_quartile: high, n, reason } = spread
  if (median === null)
    return { text: TOO_FEW, about: `${reason ?? 'No hit to measure.'} n ${n}`, isSaid: false }
  const quartiles = low === null || high === null ? '' : `quartiles ${round(low, 1)}–${round(high, 1)} s, `
  return { text: `${round(median, 1)} s`, about: `${quartiles}n ${n}`, isSaid: true }
}

/** `0.71 ± 0.05`. */
export function meanText(mean: number | null, sd: number | null): string {
  if (mean === null) return '–'
  return sd === null ? round(mean, 3) : `${round(mean, 3)} ± ${round(sd, 3)}`
}

const METHODS = {
  leave_one_episode_out: 'each episode left out once',
  leave_one_day_out: 'each day left out once',
  walk_forward: 'walk-forward: later episodes by earlier ones',
  walk_forward_days: 'walk-forward: later days by earlier ones',
  last_20_percent: 'the last 20 %',
} as const

export function methodText(method: keyof typeof METHODS): string {
  return METHODS[method]
}
