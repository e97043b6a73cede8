// A file of plain facts and named arrays in safetensors form: what a stopped job goes on from, and what a finished one gave.
import { AppError } from '../../core/errors.ts'

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array

/** JSON facts, whose numbers are finite, and arrays that come back to the bit. */
export interface StateContent {
  readonly facts: unknown
  readonly arrays: Readonly<Record<string, Numbers>>
}

interface Entry {
  readonly dtype: keyof typeof TYPES
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const TYPES = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array } as const
const ALIGNMENT = 8

/** 8-byte header length, JSON header with the facts in `__metadata__`, raw little-endian data. */
export function encodeState({ facts, arrays }: StateContent): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = {
    __metadata__: { facts: JSON.stringify(facts) },
  }
  let end = 0
  const starts = Object.entries(arrays).map(([name, data]) => {
    const start = end
    end += data.byteLength
    header[name] = { dtype: typeOf(data), shape: [data.length], data_offsets: [start, end] }
    return [start, data] as const
  })
  const json = Buffer.from(JSON.stringify(header))
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT
  const file = Buffer.alloc(8 + length + end, ' ')
  file.writeBigUInt64LE(BigInt(length), 0)
  json.copy(file, 8)
  for (const [start, data] of starts) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 8 + length + start)
  }
  return file
}

/**
 * What was encoded, in memory of its own. `name` is what the error calls the file.
 * @throws AppError `unreadable_training_state`
 */
export function decodeState(bytes: Uint8Array, name: string): StateContent {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const length = Number(view.getBigUint64(0, true))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))
    const { __metadata__: metadata, ...entries } = JSON.parse(text) as Record<string, Entry> & {
      __metadata__: { facts: string }
    }
    const body = bytes.subarray(8 + length)
    const arrays = Object.entries(entries).map(([key, entry]) => [key, arrayOf(body, entry)] as const)
    return { facts: JSON.parse(metadata.facts) as unknown, arrays: Object.fromEntries(arrays) }
  } catch (error) {
    throw new AppError(
      'unreadable_training_state',
      `The saved training ${name} can not be read: it was cut off or changed. Start the run again.`,
      { status: 409, cause: error },
    )
  }
}

function typeOf(data: Numbers): Entry['dtype'] {
  const found = Object.entries(TYPES).find(([, type]) => data instanceof type)
  if (found === undefined) throw new TypeError('state: an array of a type that can not be saved')
  return found[0] as Entry['dtype']
}

function arrayOf(body: Uint8Array, { dtype, data_offsets: [start, end] }: Entry): Numbers {
  if (end > body.length) throw new RangeError('cut off')
  return new TYPES[dtype](Uint8Array.from(body.subarray(start, end)).buffer)
}
