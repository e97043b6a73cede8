// The safetensors file: round trip, layout, and refusal of damaged ones.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.ts'
import { decodeWeights, encodeWeights, readWeights, writeWeights } from '../../../src/nn/weights.ts'

const weights = new Map([
  ['conv.weight', { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-40, 0.1, Infinity, -0) }],
  ['größe', { shape: [1], data: Float32Array.of(7) }],
  ['nothing', { shape: [0], data: new Float32Array(0) }],
])

describe('safetensors', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weights-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('comes back as it was written', async () => {
    const path = join(folder, 'weights.safetensors')
    await writeWeights(path, weights)
    expect(await readWeights(path)).toEqual(weights)
    expect(Buffer.from(encodeWeights(weights)).equals(await readFile(path))).toBe(true)
  })

  it('has the published layout: header length, JSON header, raw data', () => {
    const bytes = Buffer.from(encodeWeights(new Map([['a', { shape: [2], data: Float32Array.of(1, 2) }]])))
    const length = Number(bytes.readBigUInt64LE(0))
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    })
    expect([bytes.readFloatLE(8 + length), bytes.readFloatLE(12 + length)]).toEqual([1, 2])
    expect((8 + length) % 8).toBe(0)
  })

  it('is read whatever surrounds it in memory', () => {
    const bytes = encodeWeights(weights)
    const moved = new Uint8Array(bytes.length + 3)
    moved.set(bytes, 3)
    expect(decodeWeights(moved.subarray(3), 'file')).toEqual(weights)
  })

  it('is refused with the name of the file when cut off anywhere', () => {
    const bytes = encodeWeights(weights)
    for (let length = 0; length < bytes.length; length += 3) {
      expect(() => decodeWeights(bytes.subarray(0, length), '/x/weights.safetensors')).toThrow(
        /weights file \/x\/weights\.safetensors cannot be read/,
      )
    }
  })

  const entry = (change: object): object => ({
    a: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...change },
  })
  const damaged: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{"a": ', 'its header is not JSON'],
    ['no object', '7', 'its header is not an object'],
    ['another type', JSON.stringify(entry({ dtype: 'F16' })), 'tensor "a" is F16, expected F32'],
    ['a negative size', JSON.stringify(entry({ shape: [-1] })), 'tensor "a" has no proper shape or offsets'],
    ['a shape that does not fit', JSON.stringify(entry({ shape: [2] })), 'has 4 bytes, its shape needs 8'],
    ['a hole', JSON.stringify(entry({ data_offsets: [4, 8] })), 'overlaps another or leaves a hole'],
    ['an empty entry', '{"a": null}', 'tensor "a" is undefined, expected F32'],
  ]
  for (const [name, header, message] of damaged) {
    it(`is refused: ${name}`, () => {
      const file = Buffer.alloc(8 + header.length + 4)
      file.writeBigUInt64LE(BigInt(header.length))
      file.write(header, 8)
      expect(() => decodeWeights(file, 'w')).toThrow(message)
    })
  }

  it('reports a missing file and a file of text as the same kind of error', async () => {
    const text = join(folder, 'text')
    await writeFile(text, 'these are not weights at all')
    for (const path of [join(folder, 'missing'), text]) {
      const error = await readWeights(path).catch((e: unknown) => e)
      expect(error).toBeInstanceOf(AppError)
      expect((error as AppError).code).toBe('unreadable_weights')
      expect((error as AppError).message).toContain(path)
    }
  })
})
