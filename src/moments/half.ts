// Numbers as IEEE 754 halves: two bytes each, three good digits, which is what rows are kept in.

const LARGEST = 65_504
const FLOAT = new Float32Array(1)
const BITS = new Uint32Array(FLOAT.buffer)
/** Of every half, what it means. */
const MEANING = Float32Array.from({ length: 1 << 16 }, (_, half) => meaningOf(half))

/** Rounded to the nearest, ties to even; what is larger than a half can be becomes the largest. */
export function toHalves(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) halves[i] = halfOf(values[i] ?? 0)
  return halves
}

/** Writes what `halves` mean to the start of `into`. */
export function fromHalves(halves: Uint16Array, into: Float32Array): void {
  for (let i = 0; i < halves.length; i++) into[i] = MEANING[halves[i] ?? 0] ?? 0
}

function halfOf(value: number): number {
  FLOAT[0] = Math.min(LARGEST, Math.max(-LARGEST, value))
  const bits = BITS[0] ?? 0
  const sign = (bits >>> 16) & 0x8000
  const size = Math.abs(FLOAT[0])
  // Below 2⁻¹⁴ a half counts in steps of 2⁻²⁴.
  if (size < 2 ** -14) return sign | even(size * 2 ** 24)
  const exponent = ((bits >>> 23) & 0xff) - 127
  return sign | (((exponent + 15) << 10) + even((size / 2 ** exponent - 1) * 1024))
}

function even(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return floor + Number(rest > 0.5 || (rest === 0.5 && floor % 2 === 1))
}

function meaningOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}
