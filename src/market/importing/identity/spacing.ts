// How far apart a file's candles are: a file of minutes is none of seconds, and none of hours.
import { durationOf, type Timeframe } from '../../timeframe.ts'
import { contradicts } from './claims.ts'

/** Spans that candles have, in seconds, with how they are written. */
const SPANS: readonly (readonly [number, string])[] = [
  [1, '1s'],
  [5, '5s'],
  [10, '10s'],
  [15, '15s'],
  [30, '30s'],
  [60, '1m'],
  [180, '3m'],
  [300, '5m'],
  [600, '10m'],
  [900, '15m'],
  [1800, '30m'],
  [3600, '1h'],
  [7200, '2h'],
  [14_400, '4h'],
  [21_600, '6h'],
  [28_800, '8h'],
  [43_200, '12h'],
  [86_400, '1d'],
  [259_200, '3d'],
  [604_800, '1w'],
]
/** Candles that are needed to say so: of a longer timeframe here, and of a span between. */
const ENOUGH = 3
const ENOUGH_BETWEEN = 10
const OURS: Readonly<Record<string, Timeframe>> = { '1s': '1s', '1m': '1m', '1h': '1h', '1d': '1d' }

/**
 * `opens`: open times of the file's rows as they are, those off the grid too, in any order. Sparse files leave candles out, so a few wide
 * spaces say nothing; all of them do.
 * @throws AppError `contradicts_file`
 */
export function checkSpacing(name: string, opens: readonly number[], timeframe: Timeframe): void {
  const sorted = [...new Set(opens)].toSorted((a, b) => a - b)
  if (sorted.length < ENOUGH) return
  const spaces = sorted.slice(1).map((open, index) => open - (sorted[index] ?? open))
  const step = durationOf(timeframe)
  const usual = mostCommon(spaces)
  const share = spaces.filter((space) => space === usual).length / spaces.length
  if (usual === step || share < 0.5) return
  if (usual < step) throw wrong(name, usual, timeframe)
  const span = spanOf(usual)
  if (span === null || !spaces.every((space) => space % usual === 0)) return
  if (sorted.length >= (OURS[span] === undefined ? ENOUGH_BETWEEN : ENOUGH))
    throw wrong(name, usual, timeframe)
}

function mostCommon(spaces: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const space of spaces) counts.set(space, (counts.get(space) ?? 0) + 1)
  return [...counts].reduce((most, each) =>
    each[1] > most[1] || (each[1] === most[1] && each[0] < most[0]) ? each : most,
  )[0]
}

function spanOf(space: number): string | null {
  return SPANS.find(([seconds]) => seconds * 1000 === space)?.[1] ?? null
}

function wrong(name: string, usual: number, timeframe: Timeframe): Error {
  const span = spanOf(usual)
  const file = span === null ? '' : `: a ${span} file?`
  const ours = span === null ? undefined : OURS[span]
  const advice =
    ours === undefined
      ? `Candles here are of 1s, 1m, 1h and 1d, not of that: import the finest of those that there is, longer ones are composed of it.`
      : `Import with --timeframe ${ours}, not ${timeframe}.`
  return contradicts(`The rows of ${name} are ${usual / 1000} s apart${file}`, 'timeframe', advice)
}
