// Writes ONNX files: the protobuf messages of onnx.proto3 that this project needs, field by field.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Tensor element types, by their ONNX Runtime names. */
export type DType = 'float16' | 'float32' | 'float64' | 'int64' | 'bool'

/** TensorProto.DataType. */
export const ELEMENT_TYPES: Readonly<Record<DType, number>> = {
  float32: 1,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
}

/** Opset 18: reductions take their axes as an input. IR version 8 goes with it. */
const OPSET = 18
const IR_VERSION = 8

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string }
export type Attributes = Readonly<Record<string, Attribute>>

export interface OnnxNode {
  readonly op: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

export interface OnnxTensor {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  /** The elements, little-endian. */
  readonly bytes: Uint8Array
}

/** The type of a graph input or output; a dimension is a number or the name of one known at run time. */
export interface OnnxPort {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly (number | string)[]
}

export interface OnnxModel {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxTensor[]
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  readonly metadata?: Readonly<Record<string, string>>
}

/** The bytes of an `.onnx` file (ModelProto). The same model gives the same bytes. */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter()
  writer.tag(1, WireType.Varint).int64(IR_VERSION)
  writer.tag(2, WireType.LengthDelimited).string('annotate')
  message(writer, 7, () => writeGraph(writer, model))
  message(writer, 8, () => writer.tag(2, WireType.Varint).int64(OPSET))
  for (const [key, value] of Object.entries(model.metadata ?? {})) {
    message(writer, 14, () => {
      text(writer, 1, key)
      text(writer, 2, value)
    })
  }
  return writer.finish()
}

/** What more a graph computes: put behind the bytes of a model, a part of its graph (protobuf merges what stands twice). */
export function encodeMore(
  more: Pick<OnnxModel, 'nodes' | 'initializers' | 'outputs'>,
): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter()
  message(writer, 7, () => {
    for (const node of more.nodes) message(writer, 1, () => writeNode(writer, node))
    writeEnds(writer, { ...more, inputs: [] })
  })
  return writer.finish()
}

/** By which two attributes are the same: the bytes of each, sorted. */
export function attributeKeys(attributes: Attributes): string[] {
  const bytesOf = (name: string, attribute: Attribute): Uint8Array => {
    const writer = new BinaryWriter()
    writeAttribute(writer, name, attribute)
    return writer.finish()
  }
  return Object.entries(attributes)
    .map(([name, attribute]) => Buffer.from(bytesOf(name, attribute)).toString('base64'))
    .toSorted()
}

function writeGraph(writer: BinaryWriter, model: OnnxModel): void {
  for (const node of model.nodes) message(writer, 1, () => writeNode(writer, node))
  text(writer, 2, model.name)
  writeEnds(writer, model)
}

type Ends = Pick<OnnxModel, 'initializers' | 'inputs' | 'outputs'>

function writeEnds(writer: BinaryWriter, model: Ends): void {
  for (const tensor of model.initializers) message(writer, 5, () => writeTensor(writer, tensor))
  for (const port of model.inputs) message(writer, 11, () => writePort(writer, port))
  for (const port of model.outputs) message(writer, 12, () => writePort(writer, port))
}

function writeNode(writer: BinaryWriter, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input)
  for (const output of node.outputs) text(writer, 2, output)
  text(writer, 3, node.name)
  text(writer, 4, node.op)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message(writer, 5, () => writeAttribute(writer, name, attribute))
  }
}

function writeAttribute(writer: BinaryWriter, name: string, attribute: Attribute): void {
  text(writer, 1, name)
  if ('float' in attribute) {
    writer.tag(2, WireType.Bit32).float(attribute.float)
    writer.tag(20, WireType.Varint).int32(1)
  } else if ('int' in attribute) {
    writer.tag(3, WireType.Varint).int64(attribute.int)
    writer.tag(20, WireType.Varint).int32(2)
  } else if ('text' in attribute) {
    writer.tag(4, WireType.LengthDelimited).bytes(new TextEncoder().encode(attribute.text))
    writer.tag(20, WireType.Varint).int32(3)
  } else {
    for (const value of attribute.ints) writer.tag(8, WireType.Varint).int64(value)
    writer.tag(20, WireType.Varint).int32(7)
  }
}

function writeTensor(writer: BinaryWriter, tensor: OnnxTensor): void {
  for (const size of tensor.shape) writer.tag(1, WireType.Varint).int64(size)
  writer.tag(2, WireType.Varint).int32(ELEMENT_TYPES[tensor.dtype])
  text(writer, 8, tensor.name)
  writer.tag(9, WireType.LengthDelimited).bytes(tensor.bytes)
}

function writePort(writer: BinaryWriter, port: OnnxPort): void {
  text(writer, 1, port.name)
  message(writer, 2, () =>
    message(writer, 1, () => {
      writer.tag(1, WireType.Varint).int32(ELEMENT_TYPES[port.dtype])
      message(writer, 2, () => {
        for (const size of port.shape) message(writer, 1, () => writeDimension(writer, size))
      })
    }),
  )
}

function writeDimension(writer: BinaryWriter, size: number | string): void {
  if (typeof size === 'string') text(writer, 2, size)
  else writer.tag(1, WireType.Varint).int64(size)
}

function message(writer: BinaryWriter, field: number, body: () => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  body()
  writer.join()
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}

/** The ONNX attribute that holds a whole number. */
export function int(value: number): Attribute {
  return { int: value }
}

/** The same of any number, to the precision of a float32. */
export function float(value: number): Attribute {
  return { float: value }
}
