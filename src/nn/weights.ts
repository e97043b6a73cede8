// Named weight tensors and the safetensors file that holds them.
import { AppError, messageOf } from '../core/errors.ts'
import { readOwnFile, writeFileWhole } from '../core/files.ts'

/** A float32 tensor, row-major. */
export interface WeightTensor {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** Weights by name, in a fixed order. */
export type NamedTensors = ReadonlyMap<string, WeightTensor>

interface HeaderEntry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/** Writes a safetensors file (8-byte header length, JSON header, raw little-endian data), whole or not at all. */
export async function writeWeights(path: string, weights: NamedTensors): Promise<void> {
  await writeFileWhole(path, encodeWeights(weights))
}

/** Reads a safetensors file; `unreadable_weights` names the file where it is missing, truncated or garbled. */
export async function readWeights(path: string): Promise<NamedTensors> {
  const bytes = await readOwnFile(path).catch((error: unknown) => {
    throw refusal(path, messageOf(error), error)
  })
  return decodeWeights(bytes, path)
}

/** The bytes of the safetensors file, the same for the same weights. */
export function encodeWeights(weights: NamedTensors): Uint8Array {
  const header: Record<string, HeaderEntry> = {}
  let end = 0
  for (const [name, { shape, data }] of weights) {
    const start = end
    end += data.byteLength
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] }
  }
  const json = padded(JSON.stringify(header))
  const file = Buffer.alloc(8 + json.length + end)
  file.writeBigUInt64LE(BigInt(json.length), 0)
  file.write(json, 8, 'latin1')
  for (const [name, { data }] of weights) {
    file.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      8 + json.length + header[name]!.data_offsets[0],
    )
  }
  return file
}

/** The weights in safetensors bytes; `name` is what the error calls the file. */
export function decodeWeights(bytes: Uint8Array, name: string): NamedTensors {
  if (bytes.length < 8) throw refusal(name, `it is ${bytes.length} bytes long, too short for a header`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerLength = Number(view.getBigUint64(0, true))
  if (headerLength > bytes.length - 8) throw refusal(name, 'its header is cut off')
  const header = parseHeader(bytes.subarray(8, 8 + headerLength), name)
  const body = bytes.subarray(8 + headerLength)
  checkCover(header, body.length, name)
  return new Map(header.map(([key, entry]) => [key, { shape: entry.shape, data: slice(body, entry) }]))
}

/** Padded with spaces to a multiple of 8, so that the data is aligned; non-ASCII escaped. */
function padded(json: string): string {
  const ascii = json.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return ascii.padEnd(Math.ceil(ascii.length / 8) * 8, ' ')
}

function parseHeader(bytes: Uint8Array, file: string): (readonly [string, HeaderEntry])[] {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw refusal(file, 'its header is not JSON', error)
  }
  if (typeof header !== 'object' || header === null) throw refusal(file, 'its header is not an object')
  const entries = Object.entries(header).filter(([key]) => key !== '__metadata__')
  return entries
    .map(([key, entry]) => [key, checkEntry(key, entry, file)] as const)
    .toSorted(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])
}

function checkEntry(key: string, entry: unknown, file: string): HeaderEntry {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<HeaderEntry>
  if (dtype !== 'F32') throw refusal(file, `tensor "${key}" is ${String(dtype)}, expected F32`)
  if (!areSizes(shape) || !areSizes(offsets) || offsets.length !== 2) {
    throw refusal(file, `tensor "${key}" has no proper shape or offsets`)
  }
  const bytes = shape.reduce((product, size) => product * size, 4)
  if (offsets[1] - offsets[0] !== bytes) {
    throw refusal(file, `tensor "${key}" has ${offsets[1] - offsets[0]} bytes, its shape needs ${bytes}`)
  }
  return { dtype, shape, data_offsets: offsets }
}

function areSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)
}

/** The tensors must fill the body end to end. */
function checkCover(header: readonly (readonly [string, HeaderEntry])[], size: number, file: string): void {
  let end = 0
  for (const [key, entry] of header) {
    if (entry.data_offsets[0] !== end)
      throw refusal(file, `tensor "${key}" overlaps another or leaves a hole`)
    end = entry.data_offsets[1]
  }
  if (end !== size) throw refusal(file, `it holds ${size} bytes of data, its header says ${end}`)
}

function slice(body: Uint8Array, entry: HeaderEntry): Float32Array {
  const [start, end] = entry.data_offsets
  return new Float32Array(Uint8Array.from(body.subarray(start, end)).buffer)
}

function refusal(file: string, why: string, cause?: unknown): AppError {
  const message = `The weights file ${file} cannot be read: ${why}. Train again or choose another checkpoint.`
  return new AppError('unreadable_weights', message, { cause })
}
