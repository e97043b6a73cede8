// Whether the thread that asks takes numbers below the smallest normal one for 0: a mode of the processor that each thread has for itself.

/** ONNX Runtime sets the mode in the first thread of a process that opens a session, and in no other; threads begin with that of who starts them. */
export function flushesDenormals(): boolean {
  return half(Number(SMALLEST_NORMAL)) === 0
}

/** 2^-1022, as text: what is known when code is compiled would be computed then. */
const SMALLEST_NORMAL = '2.2250738585072014e-308'

function half(x: number): number {
  return x / 2
}
