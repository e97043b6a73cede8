// Bytes of something real, changed as accidents and ill will change them: flipped, cut, doubled, swapped, a number another one.
import fc from 'fast-check'
import { oddNumber } from './odd.ts'

type Change = (bytes: Buffer) => Buffer

/** Where in something, whatever its length: 0 up to 1. */
const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const place = (at: number, length: number): number => Math.floor(at * length)

const flip: fc.Arbitrary<Change> = fc
  .tuple(share, fc.integer({ min: 1, max: 255 }))
  .map(([at, bits]) => (bytes) => {
    const changed = Buffer.from(bytes)
    const index = place(at, bytes.length)
    if (index < bytes.length) changed[index] = (changed[index] ?? 0) ^ bits
    return changed
  })

const cut: fc.Arbitrary<Change> = share.map((at) => (bytes) => bytes.subarray(0, place(at, bytes.length)))

const spanned = (change: (before: Buffer, piece: Buffer, after: Buffer) => Buffer[]): fc.Arbitrary<Change> =>
  fc.tuple(share, share).map(([a, b]) => (bytes) => {
    const [from = 0, to = 0] = [place(a, bytes.length), place(b, bytes.length)].toSorted((x, y) => x - y)
    return Buffer.concat(change(bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)))
  })

const double = spanned((before, piece, after) => [before, piece, piece, after])
const drop = spanned((before, _, after) => [before, after])
const reverse = spanned((before, piece, after) => [before, Buffer.from(piece).reverse(), after])

const insert: fc.Arbitrary<Change> = fc
  .tuple(
    share,
    fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc.constantFrom(
        ...['\0', '"', ',', '\n', '\r', '[', '{', '\uFEFF', ';', '\t'].map((text) => Buffer.from(text)),
      ),
    ),
  )
  .map(([at, more]) => (bytes) => {
    const index = place(at, bytes.length)
    return Buffer.concat([bytes.subarray(0, index), more, bytes.subarray(index)])
  })

/** One of the numbers in a text; bytes that are no text stay bytes. */
const number: fc.Arbitrary<Change> = fc.tuple(share, oddNumber).map(([at, other]) => (bytes) => {
  const text = bytes.toString('latin1')
  const found = [...text.matchAll(/-?\d+(?:\.\d+)?/g)]
  const chosen = found[place(at, found.length)]
  if (chosen === undefined) return bytes
  return Buffer.from(
    text.slice(0, chosen.index) + other + text.slice(chosen.index + chosen[0].length),
    'latin1',
  )
})

const swapLines: fc.Arbitrary<Change> = fc.tuple(share, share).map(([a, b]) => (bytes) => {
  const lines = bytes.toString('latin1').split('\n')
  const [i, j] = [place(a, lines.length), place(b, lines.length)]
  const [one, other] = [lines[i] ?? '', lines[j] ?? '']
  lines[i] = other
  lines[j] = one
  return Buffer.from(lines.join('\n'), 'latin1')
})

const change = fc.oneof(
  { arbitrary: flip, weight: 4 },
  { arbitrary: number, weight: 4 },
  { arbitrary: fc.oneof(cut, double, drop, reverse, insert, swapLines), weight: 6 },
)

/** How a mutant is made: one change or a few, one after the other. */
export const mutation: fc.Arbitrary<Change> = fc
  .array(change, { minLength: 1, maxLength: 4 })
  .map((changes) => (bytes) => changes.reduce((each, next) => next(each), bytes))
