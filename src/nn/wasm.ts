// The little of WebAssembly that a loop over vectors of floats takes, written as bytes: no tool, the same bits on every machine.

/** Instructions, or any other part of a module. */
export type Code = readonly number[]

export type Type = 'i32' | 'f32' | 'f64' | 'v128'
const TYPES: Readonly<Record<Type, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b }

/** Four floats at a time, or two doubles. */
const vector = (...opcode: number[]): Code => [0xfd, ...opcode]

export const splat = vector(0x13)
export const sqrt = vector(0xe3, 0x01)
export const add = vector(0xe4, 0x01)
export const sub = vector(0xe5, 0x01)
export const mul = vector(0xe6, 0x01)
export const div = vector(0xe7, 0x01)
export const addDoubles = vector(0xf0, 0x01)
/** The first two floats as doubles. */
export const asDoubles = vector(0x5f)
/** The last two floats of a vector and those of another, of which the second is dropped: [c, d, c, d] of [a, b, c, d] twice. */
export const lastTwo = vector(0x0d, ...[0, 1].flatMap(() => [8, 9, 10, 11, 12, 13, 14, 15]))

export const addNumbers: Code = [0xa0]
export const double = (lane: number): Code => vector(0x21, lane)

/** Four floats at the address on the stack plus `offset` bytes. */
export const load = (offset: number): Code => vector(0x00, 4, ...unsigned(offset))
export const store = (offset: number): Code => vector(0x0b, 4, ...unsigned(offset))

export const get = (local: number): Code => [0x20, local]
export const set = (local: number): Code => [0x21, local]
export const tee = (local: number): Code => [0x22, local]

/** `body` for addresses 0, 16, … below `bytes`, in the i32 `local`, which is 0 at first. */
export function forVectors(local: number, bytes: number, body: Code): Code {
  const next = [...get(local), 0x41, 16, 0x6a, ...tee(local)]
  return [0x03, 0x40, ...body, ...next, 0x41, ...signed(bytes), 0x49, 0x0d, 0, 0x0b]
}

export interface WasmFunction {
  readonly name: string
  readonly parameters: readonly Type[]
  readonly result?: Type
  /** Numbered on from the parameters; 0 at first. */
  readonly locals: readonly Type[]
  readonly code: Code
}

const HEADER: Code = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/** A module that exports its functions and a memory of at least `bytes`, called `memory`. */
export function moduleOf(functions: readonly WasmFunction[], bytes: number): Uint8Array<ArrayBuffer> {
  const pages = Math.max(1, Math.ceil(bytes / 65_536))
  const exports = functions.map(({ name }, i) => [...text(name), 0, i])
  return Uint8Array.from([
    ...HEADER,
    ...section(1, list(functions.map(typeOf))),
    ...section(3, list(functions.map((_, i) => [i]))),
    ...section(5, list([[0, ...unsigned(pages)]])),
    ...section(7, list([[...text('memory'), 2, 0], ...exports])),
    ...section(10, list(functions.map(bodyOf))),
  ])
}

/** What Node has of it; its types come with a browser's. */
interface WebAssemblyOfNode {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What a module exports. */
export function instantiate(bytes: Uint8Array): unknown {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyOfNode }).WebAssembly
  return new Instance(new Module(bytes)).exports
}

function typeOf({ parameters, result }: WasmFunction): Code {
  const types = (of: readonly Type[]): Code => list(of.map((type) => [TYPES[type]]))
  return [0x60, ...types(parameters), ...types(result === undefined ? [] : [result])]
}

function bodyOf({ locals, code }: WasmFunction): Code {
  return sized([...list(locals.map((type) => [1, TYPES[type]])), ...code, 0x0b])
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)]
}

function list(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()]
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content]
}

function text(name: string): Code {
  return sized([...new TextEncoder().encode(name)])
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))]
}

/** Of a number that is not negative, whose last byte has no sign. */
function signed(value: number): Code {
  return value < 64 ? [value] : [(value % 128) + 128, ...signed(Math.floor(value / 128))]
}
