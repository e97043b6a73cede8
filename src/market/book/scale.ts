// Doubles that denote decimals as whole numbers of 10^-places, where that loses nothing.

import { numberIn } from '../../core/number-at.ts'

/** Written as doubles: no number of places fits. */
export const RAW = 255

const MOST_PLACES = 15
/** Leaves room for differences and flags below 2^53. */
const LARGEST = 2 ** 49
const POWERS = Array.from({ length: MOST_PLACES + 1 }, (_, places) => Number(`1e${places}`))

/** The fewest decimal places, `atLeast` or more, with which every value is a whole number and comes back the same; `RAW` where none does. */
export function placesOf(values: Iterable<number>, atLeast = 0): number {
  let places = atLeast
  let largest = 0
  for (const value of values) {
    while (!isWhole(value, places)) {
      places += 1
      if (places > MOST_PLACES) return RAW
    }
    if (value > largest) largest = value
  }
  return largest * numberIn(POWERS, places) < LARGEST ? places : RAW
}

export function scaled(value: number, places: number): number {
  return Math.round(value * numberIn(POWERS, places))
}

/** The double nearest to whole · 10^−places: one division, correctly rounded. */
export function unscaled(whole: number, places: number): number {
  return whole / numberIn(POWERS, places)
}

export function isPlaces(places: number): boolean {
  return places <= MOST_PLACES || places === RAW
}

function isWhole(value: number, places: number): boolean {
  const power = numberIn(POWERS, places)
  return Math.round(value * power) / power === value
}
