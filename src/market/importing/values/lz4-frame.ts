// Decodes an LZ4 frame, as Arrow files hold them (LZ4 frame format 1.6.4; LZ4 block format). No package on npm does it in typed, kept-up JavaScript.

const MAGIC = 0x184d2204
/** Bits of FLG, the first byte of the descriptor. */
const CONTENT_CHECKSUM = 0x04
const CONTENT_SIZE = 0x08
const BLOCK_CHECKSUM = 0x10
const DICTIONARY = 0x01
const STORED_BLOCK = 0x8000_0000
const MIN_MATCH = 4

/**
 * One frame whose content is `length` bytes, blocks linked or independent. Checksums are passed over: what cannot be an LZ4 frame of that
 * length throws, a flipped literal does not.
 * @throws RangeError
 */
export function decodeLz4Frame(input: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError('the magic number of an LZ4 frame is missing')
  const flags = view.getUint8(4)
  let at = 7 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8) + ((flags & DICTIONARY) === 0 ? 0 : 4)
  const output = new Uint8Array(length)
  let written = 0
  for (let head = view.getUint32(at, true); head !== 0; head = view.getUint32(at, true)) {
    const size = head % STORED_BLOCK
    at += 4
    if (at + size > input.length) throw new RangeError('an LZ4 block is cut off')
    const block = input.subarray(at, at + size)
    if (head >= STORED_BLOCK) {
      output.set(block, written)
      written += size
    } else written = decodeBlock(block, output, written)
    at += size + ((flags & BLOCK_CHECKSUM) === 0 ? 0 : 4)
  }
  const end = at + 4 + ((flags & CONTENT_CHECKSUM) === 0 ? 0 : 4)
  if (written !== length || end > input.length) {
    throw new RangeError(`an LZ4 frame holds ${written} bytes: expected ${length}`)
  }
  return output
}

/** Appends a block's bytes at `written`; matches reach back into the blocks before. Returns the new end. */
function decodeBlock(block: Uint8Array, output: Uint8Array, written: number): number {
  let at = 0
  const lengthFrom = (nibble: number): number => {
    let sum = nibble
    for (let more = nibble === 15 ? 255 : 0; more === 255; sum += more) more = block[at++] ?? cutOff()
    return sum
  }
  while (at < block.length) {
    const token = block[at++] ?? cutOff()
    const literals = lengthFrom(token >> 4)
    if (at + literals > block.length || written + literals > output.length) cutOff()
    output.set(block.subarray(at, at + literals), written)
    at += literals
    written += literals
    if (at === block.length) break
    const distance = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8)
    at += 2
    const length = lengthFrom(token & 15) + MIN_MATCH
    if (distance === 0 || distance > written || written + length > output.length) cutOff()
    for (const end = written + length; written < end; written += 1)
      output[written] = output[written - distance] ?? 0
  }
  return written
}

function cutOff(): never {
  throw new RangeError('an LZ4 block is damaged')
}
