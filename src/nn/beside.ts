// What another graph computes of the same inputs, put beside an ONNX model: what both compute is computed once.
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { modelOf, type EmitOptions } from './emit.ts'
import { attributeKeys, ELEMENT_TYPES, encodeMore, type OnnxNode, type OnnxTensor } from './onnx.ts'

/** Before the names of what is added. */
const ADDED = 'beside_'
/** Fields of onnx.proto3. */
const GRAPH = 7
const NODE = 1
const INITIALIZER = 5
/** Larger constants are a model's weights. */
const SMALL = 4096

/**
 * The bytes of `model` with the outputs of `options`, too. A node is the model's own where that has one with the same operation of the same
 * inputs; no node of the model changes. Inputs have the model's names.
 * @throws Error where `model` is no protobuf
 */
export function withBeside(model: Uint8Array, options: EmitOptions): Uint8Array {
  const { nodes: ownNodes, constants } = read(model)
  const { nodes, initializers, inputs, outputs } = modelOf(options)
  /** By the name in the added graph: the one in the model. */
  const names = new Map(inputs.map(({ name }) => [name, name]))
  const added = { nodes: [] as OnnxNode[], initializers: [] as OnnxTensor[] }
  for (const tensor of initializers) {
    const known = constants.get(keyOf(tensor))
    names.set(tensor.name, known ?? `${ADDED}${tensor.name}`)
    if (known === undefined) added.initializers.push({ ...tensor, name: `${ADDED}${tensor.name}` })
  }
  const isOutput = new Set(outputs.map(({ name }) => name))
  for (const node of nodes) {
    const from = node.inputs.map((name) => names.get(name) ?? name)
    const known = ownNodes.get(nodeKey(node.op, from, attributeKeys(node.attributes)))
    for (const [i, name] of node.outputs.entries())
      names.set(name, isOutput.has(name) ? name : (known?.[i] ?? `${ADDED}${name}`))
    if (known !== undefined && !node.outputs.some((name) => isOutput.has(name))) continue
    const to = node.outputs.map((name) => names.get(name) ?? name)
    added.nodes.push({ ...node, name: `${ADDED}${node.name}`, inputs: from, outputs: to })
  }
  return Buffer.concat([model, encodeMore({ ...added, outputs })])
}

interface Read {
  /** By what a node computes, the names of its outputs. */
  readonly nodes: Map<string, string[]>
  /** By what a small constant holds, its name. */
  readonly constants: Map<string, string>
  /** Of values that are the same as another one: that one's name. */
  readonly same: Map<string, string>
}

function read(model: Uint8Array): Read {
  const found: Read = { nodes: new Map(), constants: new Map(), same: new Map() }
  const parts = partsOf(model).flatMap(([field, graph]) => (field === GRAPH ? partsOf(graph) : []))
  for (const [field, bytes] of parts) if (field === INITIALIZER) readTensor(bytes, found)
  for (const [field, bytes] of parts) if (field === NODE) readNode(bytes, found)
  return found
}

function readNode(bytes: Uint8Array, { nodes, same }: Read): void {
  const parts = partsOf(bytes)
  const textsOf = (field: number) =>
    parts.filter(([own]) => own === field).map(([, text]) => Buffer.from(text).toString())
  const attributes = parts
    .filter(([own]) => own === 5)
    .map(([, body]) => Buffer.from(body).toString('base64'))
  const inputs = textsOf(1).map((name) => same.get(name) ?? name)
  const key = nodeKey(textsOf(4).join(), inputs, attributes.toSorted())
  const outputs = textsOf(2)
  const first = nodes.get(key)
  if (first === undefined) nodes.set(key, outputs)
  else for (const [i, name] of outputs.entries()) same.set(name, first[i] ?? name)
}

function readTensor(bytes: Uint8Array, { constants, same }: Read): void {
  if (bytes.length > SMALL) return
  const reader = new BinaryReader(bytes)
  const shape: number[] = []
  let [type, name, data]: [number, string, Uint8Array] = [0, '', new Uint8Array(0)]
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (field === 1 && wire === WireType.Varint) shape.push(Number(reader.int64()))
    else if (field === 2) type = reader.int32()
    else if (field === 8) name = reader.string()
    else if (field === 9) data = reader.bytes()
    else reader.skip(wire, field)
  }
  const key = constantKey(type, shape, data)
  const first = constants.get(key)
  if (first === undefined) constants.set(key, name)
  else same.set(name, first)
}

function keyOf({ dtype, shape, bytes }: OnnxTensor): string {
  return constantKey(ELEMENT_TYPES[dtype], shape, bytes)
}

function constantKey(type: number, shape: readonly number[], bytes: Uint8Array): string {
  return `${type} ${shape.join(' ')} ${Buffer.from(bytes).toString('base64')}`
}

function nodeKey(op: string, inputs: readonly string[], attributes: readonly string[]): string {
  return JSON.stringify([op, inputs, attributes])
}

/** The fields of a message that are of bytes, in their order. */
function partsOf(message: Uint8Array): [field: number, bytes: Uint8Array][] {
  const reader = new BinaryReader(message)
  const parts: [number, Uint8Array][] = []
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag()
    if (wire === WireType.LengthDelimited) parts.push([field, reader.bytes()])
    else reader.skip(wire, field)
  }
  return parts
}
