// Requests checked by the same schemas that type and describe them: bodies as they are, query strings read from text.
import type { FastifySchemaCompiler } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { InstantIn } from '../contract/shapes.ts'
import { Checker, type Fault } from '../core/checker.ts'
import { AppError } from '../core/errors.ts'
import { textFault } from '../core/whole-text.ts'

/** What is read of a schema to say what was expected. */
interface Described {
  type?: string
  description?: string
  properties?: Record<string, Described>
  items?: Described
}

const instant: Described & typeof InstantIn = InstantIn

/** fastify's validator compiler. Faults are AppErrors `invalid_request` or `invalid_timestamp` naming the field. */
export const checkBySchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const checker = new Checker(schema)
  const textual = httpPart === 'querystring' || httpPart === 'params'
  return (input: unknown) => {
    const value = textual ? readText(schema, input) : input
    if (!checker.check(value)) return { error: faultError(schema, value, checker.faults(value)) }
    const error = textError(value)
    return error === null ? { value } : { error }
  }
}

/**
 * A body that comes from elsewhere than a request, checked as one.
 * @throws AppError `invalid_request`, `invalid_timestamp`
 */
export function requireBody<Type extends TSchema>(schema: Type, body: unknown): Static<Type> {
  const check = checkBySchema({ schema, httpPart: 'body', method: 'POST', url: '' })
  const { error } = check(body) as { error?: Error }
  if (error !== undefined) throw error
  return body as Static<Type>
}

function textError(value: unknown): AppError | null {
  const fault = textFault(value)
  if (fault === null) return null
  const { field, words } = fault
  const subject = field === '' ? 'The request' : field
  return new AppError('invalid_request', `${subject} ${words}.`, field === '' ? {} : { field })
}

/** Query strings hold text only: numbers and booleans are read where the schema wants them and the text is plainly one. */
function readText(schema: Described, input: unknown): unknown {
  const properties = propertiesOf(schema)
  const entries = Object.entries((input ?? {}) as Record<string, unknown>)
  return Object.fromEntries(entries.map(([name, value]) => [name, readValue(properties[name], value)]))
}

function readValue(schema: Described | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value
  const type = schema?.type
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

function faultError(schema: Described, value: unknown, faults: readonly Fault[]): AppError {
  const unknown = faults.find((fault) => fault.keyword === 'additionalProperties')
  if (unknown !== undefined) return unknownField(schema, unknown)
  const missing = faults.find((fault) => fault.keyword === 'required')
  if (missing !== undefined) return missingField(missing)
  const fault = faults[0]
  if (fault === undefined) return new AppError('invalid_request', 'The request is not as its schema says.')
  return wrongValue(schema, value, fault.instancePath, faults)
}

function unknownField(schema: Described, fault: Fault): AppError {
  const names = (fault.params as { additionalProperties: string[] }).additionalProperties
  const field = fieldName(`${fault.instancePath}/${names[0] ?? ''}`)
  const known = Object.keys(propertiesOf(subschema(schema, fault.instancePath))).join(', ')
  return new AppError('invalid_request', `Unknown field "${field}". Known fields: ${known}.`, { field })
}

function missingField(fault: Fault): AppError {
  const names = (fault.params as { requiredProperties: string[] }).requiredProperties
  const field = fieldName(`${fault.instancePath}/${names[0] ?? ''}`)
  return new AppError('invalid_request', `${field} is missing.`, { field })
}

function wrongValue(schema: Described, value: unknown, path: string, faults: readonly Fault[]): AppError {
  const field = fieldName(path)
  const here = faults.filter((fault) => fault.instancePath === path)
  const wanted = subschema(schema, path)
  const code = isInstant(wanted) ? 'invalid_timestamp' : 'invalid_request'
  const subject = field === '' ? 'The request' : field
  const message = `${subject} is ${show(valueAt(value, path))}: expected ${expectation(wanted, here)}.`
  return new AppError(code, message, field === '' ? {} : { field })
}

function expectation(wanted: Described | undefined, faults: readonly Fault[]): string {
  const allowed = faults.filter((fault) => fault.keyword === 'const').map((fault) => allowedValue(fault))
  if (allowed.length > 0) return `one of ${allowed.join(', ')}`
  if (isInstant(wanted)) {
    return 'ISO 8601 with an offset such as 2024-08-09T00:00:05Z, or whole UTC milliseconds'
  }
  // What is excluded by name: only its description says what is meant.
  if (faults.some(({ keyword }) => keyword === 'not') && wanted?.description !== undefined)
    return wanted.description
  const words = faults.filter((fault) => fault.keyword !== 'anyOf').map((fault) => wording(fault))
  const isOutside = faults.some(({ keyword }) => keyword === 'minimum' || keyword === 'maximum')
  const why = isOutside && wanted?.description !== undefined ? ` (${wanted.description})` : ''
  return ([...new Set(words)].join(' or ') || 'what the schema says') + why
}

function allowedValue(fault: Fault): string {
  return String((fault.params as { allowedValue: unknown }).allowedValue)
}

function wording(fault: Fault): string {
  if (fault.keyword === 'type') return (fault.params as { type: string }).type
  return fault.message
    .replace(/^must not have more than /, 'at most ')
    .replace(/^must not have fewer than /, 'at least ')
    .replace(/^must not have /, 'no ')
    .replace(/^must be |^must /, '')
}

function isInstant(schema: Described | undefined): boolean {
  return schema?.description !== undefined && schema.description === instant.description
}

function subschema(schema: Described, path: string): Described | undefined {
  let here: Described | undefined = schema
  for (const name of path.split('/').slice(1)) {
    here = propertiesOf(here)[name] ?? here?.items
  }
  return here
}

function propertiesOf(schema: Described | undefined): Record<string, Described> {
  return schema?.properties ?? {}
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>((here, name) => (here as Record<string, unknown> | undefined)?.[name], value)
}

function fieldName(path: string): string {
  return path.slice(1).replaceAll('/', '.')
}

/** Deeper than anything that is asked for: to show it would take more stack than there is. */
function isDeep(value: unknown, left = 32): boolean {
  if (typeof value !== 'object' || value === null) return false
  return left === 0 || Object.values(value).some((part) => isDeep(part, left - 1))
}

function show(value: unknown): string {
  const text = isDeep(value) ? 'too deeply nested' : (JSON.stringify(value) ?? 'absent')
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
