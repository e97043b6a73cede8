// Numbers and times as text: UTC, fixed widths, a true minus sign.

/** `2024-08-09 00:00:05`, UTC. */
export function dateTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}

/** `00:00:05`, UTC. */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19)
}

/** `08-09 00:00:05`: a date without its year, for lists. */
export function shortDateTime(ms: number): string {
  return new Date(ms).toISOString().slice(5, 19).replace('T', ' ')
}

/** `45 s`, `5 min 12 s`, `3 h 20 min`, `2 d 4 h`. */
export function duration(seconds: number): string {
  const s = Math.round(Math.abs(seconds))
  if (s < 60) return `${s} s`
  if (s < 3600) return pair(s, 60, 'min', 1, 's')
  if (s < 86_400) return pair(s, 3600, 'h', 60, 'min')
  return pair(s, 86_400, 'd', 3600, 'h')
}

function pair(total: number, unit: number, name: string, smaller: number, smallerName: string): string {
  const rest = Math.floor((total % unit) / smaller)
  return `${Math.floor(total / unit)} ${name}${rest > 0 ? ` ${rest} ${smallerName}` : ''}`
}

/** `+0.42 %`, `−1.05 %`. */
export function signedPct(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits)
  const sign = Number(text) === 0 ? '' : value > 0 ? '+' : '−'
  return `${sign}${text} %`
}

/** A share of 0–1 as `73 %`. */
export function share(value: number | null, digits = 0): string {
  return value === null ? '–' : `${(value * 100).toFixed(digits)} %`
}

const formats = new Map<number, Intl.NumberFormat>()

/** `2,683.10`: grouped, with a market's number of decimals. The format is kept: making one costs more than using it. */
export function price(value: number, digits: number): string {
  let format = formats.get(digits)
  if (format === undefined) {
    format = new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    formats.set(digits, format)
  }
  return format.format(value)
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 annotation`, `2 annotations`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** `4.2 ms`, `310 ms`, `1.9 s`. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '–'
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
}

/** Decimals that the prices need: the most that any of the first few hundred shows, at most 8. */
export function decimalsOf(prices: readonly number[]): number {
  let digits = 0
  for (const value of prices.slice(0, 400)) {
    const text = String(value)
    const dot = text.indexOf('.')
    if (dot >= 0 && !text.includes('e')) digits = Math.max(digits, text.length - dot - 1)
  }
  return Math.min(digits, 8)
}

/** Reads what a trader types: `2024-08-09 00:00:05`, `2024-08-09T00:00Z`, `00:00:05` (of `day`), always UTC; NaN otherwise. */
export function parseUtc(text: string, day: number): number {
  const trimmed = text.trim().replace(/Z$/i, '').replace(' ', 'T')
  if (/^\d{1,2}:\d{2}(:\d{2})?$/.test(trimmed)) {
    const date = new Date(day).toISOString().slice(0, 10)
    return Date.parse(`${date}T${trimmed.padStart(trimmed.length < 6 ? 5 : 8, '0')}Z`)
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return Date.parse(`${trimmed}T00:00:00Z`)
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(trimmed)) return Date.parse(`${trimmed}Z`)
  return Number.NaN
}

/** A volume in few digits: `quiet`, `12.4`, `1,204`, `38.2k`, `1.24M`. */
export function volumeText(value: number): string {
  if (value === 0) return 'quiet'
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)}k`
  if (value >= 100) return count(Math.round(value))
  return value.toPrecision(3)
}
