// Numbers among the options of a verb.
import { InvalidArgumentError } from 'commander'

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a whole number.')
}

/** Reads a whole number from 1 to `most`. */
export function countTo(most: number): (text: string) => number {
  return (text) => {
    const count = wholeNumber(text)
    if (count >= 1 && count <= most) return count
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`)
  }
}

export function positiveNumber(text: string): number {
  const value = Number(text)
  if (value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('Expected a number above 0.')
}

export function percentNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 100) return value
  throw new InvalidArgumentError('Expected a percentage, 0 to 100.')
}

export function share(text: string): number {
  const value = Number(text)
  if (value > 0 && value < 1) return value
  throw new InvalidArgumentError('Expected a number between 0 and 1.')
}

export function portNumber(text: string): number {
  const port = wholeNumber(text)
  if (port <= 65_535) return port
  throw new InvalidArgumentError('Expected a port, 0 to 65535; 0 takes any free one.')
}
