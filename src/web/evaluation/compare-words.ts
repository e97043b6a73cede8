// How compared runs are named, and their values written. Pure.

/** A, B, C … */
export function letterOf(place: number): string {
  return String.fromCodePoint(65 + place)
}

/** `validation.false_calls_per_hour` as `false calls per hour, held out`. */
export function metricName(name: string): string {
  const words = name.replace(/^validation\./, '').replaceAll(/[._]/g, ' ')
  return name.startsWith('validation.') ? `${words}, held out` : words
}

/** A metric in four significant digits at most. */
export function metricText(value: number | null): string {
  if (value === null) return '–'
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
}

/** The change against the first run: `+0.04`; '' where there is none to tell. */
export function changeText(value: number | null, first: number | null): string {
  if (value === null || first === null || value === first) return ''
  const change = Number((value - first).toPrecision(2))
  return `${change > 0 ? '+' : '−'}${Math.abs(change)}`
}

/** Longer lists are told by their number. */
const LONGEST_LIST = 30

/** A parameter, whatever it is. */
export function settingText(value: unknown): string {
  if (Array.isArray(value)) {
    const text = value.join(', ')
    return text.length > LONGEST_LIST ? `${value.length} named` : text
  }
  if (value === null || value === undefined) return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  return JSON.stringify(value).replaceAll('"', '')
}
