// NumPy arrays: the .npy format (version 1.0, NEP 1) and .npz, a zip of them; np.load reads both without pickle.

export type NpyArray =
  | { readonly kind: 'float64'; readonly shape: readonly number[]; readonly values: Float64Array }
  | { readonly kind: 'int64'; readonly shape: readonly number[]; readonly values: BigInt64Array }
  | { readonly kind: 'bool'; readonly shape: readonly number[]; readonly values: Uint8Array }
  | { readonly kind: 'text'; readonly shape: readonly number[]; readonly values: readonly string[] }

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
const ALIGNED = 64
/** Zips need a time of their files, as a clock on the wall shows it: always the same one, so that the same arrays are the same bytes. */
const made = (): Date => new Date(2000, 0, 1, 12)

/** One array's bytes, in C order. */
export function npyBytes(array: NpyArray): Uint8Array {
  const { descr, body } = encoded(array)
  const shape = `(${array.shape.join(', ')}${array.shape.length === 1 ? ',' : ''})`
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`
  const length = Math.ceil((MAGIC.length + 2 + dictionary.length + 1) / ALIGNED) * ALIGNED
  const bytes = new Uint8Array(length + body.byteLength)
  bytes.set(MAGIC)
  new DataView(bytes.buffer).setUint16(MAGIC.length, length - MAGIC.length - 2, true)
  const header = `${dictionary.padEnd(length - MAGIC.length - 3)}\n`
  bytes.set(new TextEncoder().encode(header), MAGIC.length + 2)
  bytes.set(body, length)
  return bytes
}

/** Arrays by name, not compressed, as np.savez writes them. */
export async function npzBytes(arrays: Readonly<Record<string, NpyArray>>): Promise<Uint8Array> {
  const { zipSync } = await import('fflate')
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyBytes(array)])
  return zipSync(Object.fromEntries(files) as Record<string, Uint8Array>, { level: 0, mtime: made() })
}

function encoded(array: NpyArray): { descr: string; body: Uint8Array } {
  switch (array.kind) {
    case 'float64':
      return { descr: '<f8', body: bytesOf(array.values) }
    case 'int64':
      return { descr: '<i8', body: bytesOf(array.values) }
    case 'bool':
      return { descr: '|b1', body: bytesOf(array.values) }
    case 'text':
      return encodedText(array.values)
  }
}

/** Fixed width, UTF-32, padded with zeros. */
function encodedText(values: readonly string[]): { descr: string; body: Uint8Array } {
  const texts = values.map((value) => Array.from(value, (letter) => letter.codePointAt(0) ?? 0))
  const width = Math.max(1, ...texts.map(({ length }) => length))
  const points = new Uint32Array(values.length * width)
  for (const [index, text] of texts.entries()) points.set(text, index * width)
  return { descr: `<U${width}`, body: bytesOf(points) }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
