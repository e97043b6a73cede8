// Moves a model's weights into a file beside it, as torch.onnx.export does by default; written apart from the code under test.
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

export interface Split {
  readonly onnx: Uint8Array
  readonly data: Uint8Array
}

/** `change` may say something else of where a tensor lies. */
export function split(
  onnx: Uint8Array,
  location: string,
  change: (entries: Record<string, string>) => Record<string, string> = (entries) => entries,
): Split {
  const data: Uint8Array[] = []
  let offset = 0
  const tensor = (bytes: Uint8Array): Uint8Array => {
    const writer = new BinaryWriter()
    for (const [field, wire, value, whole] of fieldsOf(bytes)) {
      if (field !== 9) {
        writer.raw(whole)
        continue
      }
      const entries = change({ location, offset: String(offset), length: String(value.length) })
      for (const [key, text] of Object.entries(entries)) {
        const entry = new BinaryWriter().tag(1, wire).string(key).tag(2, wire).string(text).finish()
        writer.tag(13, wire).bytes(entry)
      }
      writer.tag(14, WireType.Varint).int32(1)
      data.push(value)
      offset += value.length
    }
    return writer.finish()
  }
  const within = (bytes: Uint8Array, at: number, work: (own: Uint8Array) => Uint8Array): Uint8Array => {
    const writer = new BinaryWriter()
    for (const [field, wire, value, whole] of fieldsOf(bytes)) {
      if (field === at) writer.tag(field, wire).bytes(work(value))
      else writer.raw(whole)
    }
    return writer.finish()
  }
  const moved = within(onnx, 7, (graph) => within(graph, 5, tensor))
  return { onnx: moved, data: Buffer.concat(data) }
}

function* fieldsOf(bytes: Uint8Array): Generator<[number, WireType, Uint8Array, Uint8Array]> {
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [field, wire] = reader.tag()
    const value = wire === WireType.LengthDelimited ? reader.bytes() : new Uint8Array()
    if (wire !== WireType.LengthDelimited) reader.skip(wire, field)
    yield [field, wire, value, bytes.subarray(start, reader.pos)]
  }
}
