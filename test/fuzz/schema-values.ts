// Values that a JSON Schema allows, those of known names near what the served market has.
import fc from 'fast-check'

export interface Schema {
  readonly $ref?: string
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/** By the name of a schema or of a property, values that lead somewhere. */
export type Known = Readonly<Record<string, fc.Arbitrary<unknown>>>

export class SchemaValues {
  readonly #named: Readonly<Record<string, Schema>>
  readonly #known: Known

  constructor(named: Readonly<Record<string, Schema>>, known: Known) {
    this.#named = named
    this.#known = known
  }

  /** `name` is the property's. */
  of(schema: Schema, name = ''): fc.Arbitrary<unknown> {
    const ref = schema.$ref?.split('/').at(-1)
    const known = this.#known[name] ?? (ref === undefined ? undefined : this.#known[ref])
    const allowed = this.#allowed(ref === undefined ? schema : (this.#named[ref] ?? {}))
    if (known === undefined) return allowed
    return fc.oneof({ arbitrary: known, weight: 6 }, { arbitrary: allowed, weight: 1 })
  }

  #allowed(schema: Schema): fc.Arbitrary<unknown> {
    if (schema.$ref !== undefined) return this.of(schema)
    if ('const' in schema) return fc.constant(schema.const)
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
    if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => this.of(each)))
    switch (schema.type ?? 'any') {
      case 'object':
        return this.#object(schema)
      case 'array':
        return fc.array(this.of(schema.items ?? {}), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.max(schema.minItems ?? 0, 3),
        })
      case 'string':
        return this.#text(schema)
      case 'integer':
        return fc.integer(limits(schema, -(2 ** 31), 2 ** 31 - 1))
      case 'number':
        return fc.double({
          ...limits(schema, -1e12, 1e12),
          noNaN: true,
          minExcluded: schema.exclusiveMinimum !== undefined,
          maxExcluded: schema.exclusiveMaximum !== undefined,
        })
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      default:
        return fc.jsonValue({ maxDepth: 2 })
    }
  }

  /** What is required, and a few of the others. */
  #object({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
    const others = Object.keys(properties).filter((name) => !required.includes(name))
    return fc.subarray(others, { maxLength: Math.min(others.length, 4) }).chain((chosen) => {
      const names = [...required, ...chosen]
      return fc.record(Object.fromEntries(names.map((name) => [name, this.of(properties[name] ?? {}, name)])))
    })
  }

  #text({ minLength = 0, maxLength = 30 }: Schema): fc.Arbitrary<string> {
    return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 30)) })
  }
}

function limits(schema: Schema, least: number, most: number): { min: number; max: number } {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? least
  return { min, max: Math.max(min, Math.min(schema.maximum ?? schema.exclusiveMaximum ?? most, most)) }
}
