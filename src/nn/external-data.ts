// Weights that an ONNX file keeps in other files (TensorProto.external_data): named, and put into the file itself.
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Where one tensor's elements lie. */
export interface ExternalTensor {
  readonly tensor: string
  /** As the model names the file: relative to the model's own folder. */
  readonly location: string
  /** Bytes. */
  readonly offset: number
  /** Bytes; null means up to the file's end. */
  readonly length: number | null
}

type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training'

/** By field number, the messages of onnx.proto3 in which tensors can lie. */
const WITHIN: Readonly<Record<Exclude<Message, 'tensor'>, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
}
/** Graphs within graphs. */
const DEEPEST = 64

const NAME = 8
const RAW_DATA = 9
const EXTERNAL_DATA = 13
const DATA_LOCATION = 14
const EXTERNAL = 1

/** In the order of the file; none where it holds its weights itself. @throws RangeError, Error where the bytes are no protobuf */
export function externalTensors(onnx: Uint8Array): ExternalTensor[] {
  const found: ExternalTensor[] = []
  rewritten(onnx, 'model', 0, (tensor) => {
    found.push(tensor)
    return null
  })
  return found
}

/** The same model with `data`, one for each of `externalTensors`, inside. */
export function withData(onnx: Uint8Array, data: readonly Uint8Array[]): Uint8Array {
  let next = 0
  return rewritten(onnx, 'model', 0, () => data[next++] ?? null)
}

type DataOf = (tensor: ExternalTensor) => Uint8Array | null

/** The message itself, the same bytes, where nothing in it is replaced. */
function rewritten(bytes: Uint8Array, kind: Message, depth: number, dataOf: DataOf): Uint8Array {
  if (kind === 'tensor') return tensorWith(bytes, dataOf)
  if (depth > DEEPEST) throw new RangeError(`graphs lie more than ${DEEPEST} levels deep`)
  const reader = new BinaryReader(bytes)
  const parts: Uint8Array[] = []
  let kept = 0
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [field, wire] = reader.tag()
    const inner = WITHIN[kind][field]
    if (inner === undefined || wire !== WireType.LengthDelimited) {
      reader.skip(wire, field)
      continue
    }
    const own = reader.bytes()
    const changed = rewritten(own, inner, depth + 1, dataOf)
    if (changed === own) continue
    const message = new BinaryWriter().tag(field, wire).bytes(changed).finish()
    parts.push(bytes.subarray(kept, start), message)
    kept = reader.pos
  }
  return parts.length === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(kept)])
}

function tensorWith(bytes: Uint8Array, dataOf: DataOf): Uint8Array {
  const reader = new BinaryReader(bytes)
  const parts: Uint8Array[] = []
  const told = new Map<string, string>()
  let [name, external] = ['', false]
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [field, wire] = reader.tag()
    if (field === EXTERNAL_DATA) entryInto(told, reader.bytes())
    else if (field === DATA_LOCATION) external = reader.int32() === EXTERNAL
    else {
      if (field === NAME) name = reader.string()
      else reader.skip(wire, field)
      parts.push(bytes.subarray(start, reader.pos))
    }
  }
  const data = external ? dataOf(placeOf(name, told)) : null
  if (data === null) return bytes
  const raw = new BinaryWriter().tag(RAW_DATA, WireType.LengthDelimited).bytes(data).finish()
  return Buffer.concat([...parts, raw])
}

/** StringStringEntryProto. */
function entryInto(told: Map<string, string>, bytes: Uint8Array): void {
  const reader = new BinaryReader(bytes)
  let [key, value] = ['', '']
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (field === 1) key = reader.string()
    else if (field === 2) value = reader.string()
    else reader.skip(wire, field)
  }
  told.set(key, value)
}

function placeOf(tensor: string, told: ReadonlyMap<string, string>): ExternalTensor {
  const length = told.get('length')
  return {
    tensor,
    location: told.get('location') ?? '',
    offset: Number(told.get('offset') ?? 0),
    length: length === undefined ? null : Number(length),
  }
}
