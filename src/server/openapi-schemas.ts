// The schemas of the contract as OpenAPI has them: each that the contract exports under its name, and a $ref wherever it stands.
import type { TSchema } from 'typebox'
import * as alerts from '../contract/alerts.ts'
import * as aliases from '../contract/aliases.ts'
import * as annotations from '../contract/annotations.ts'
import * as backtests from '../contract/backtests.ts'
import * as callCounts from '../contract/call-counts.ts'
import * as caseOrderBook from '../contract/case-order-book.ts'
import * as checkpoint from '../contract/checkpoint.ts'
import * as checkpointsCompared from '../contract/checkpoints-compared.ts'
import * as dataSetHealth from '../contract/data-set-health.ts'
import * as drift from '../contract/drift.ts'
import * as events from '../contract/events.ts'
import * as exchanges from '../contract/exchanges.ts'
import * as imports from '../contract/imports.ts'
import * as inference from '../contract/inference.ts'
import * as ledger from '../contract/ledger.ts'
import * as lineage from '../contract/lineage.ts'
import * as liveChecks from '../contract/live-checks.ts'
import * as liveCalls from '../contract/live-calls.ts'
import * as market from '../contract/market.ts'
import * as moments from '../contract/moments.ts'
import * as forward from '../contract/forward.ts'
import * as orderBook from '../contract/order-book.ts'
import * as preview from '../contract/preview.ts'
import * as promotions from '../contract/promotions.ts'
import * as runsCompared from '../contract/runs-compared.ts'
import * as shapes from '../contract/shapes.ts'
import * as rejectedHolds from '../contract/rejected-holds.ts'
import * as secondLooks from '../contract/second-looks.ts'
import * as shown from '../contract/shown.ts'
import * as suggestions from '../contract/suggestions.ts'
import * as trainingParameters from '../contract/training-parameters.ts'
import * as training from '../contract/training.ts'
import * as validation from '../contract/validation.ts'
import * as workers from '../contract/workers.ts'

export type JsonSchema = Record<string, unknown>

/** Where a schema is defined comes before where it is used again, so that it has its own name. */
const FILES: readonly object[] = [
  shapes,
  moments,
  liveChecks,
  market,
  orderBook,
  caseOrderBook,
  annotations,
  validation,
  trainingParameters,
  promotions,
  forward,
  aliases,
  drift,
  checkpoint,
  training,
  workers,
  backtests,
  runsCompared,
  checkpointsCompared,
  lineage,
  preview,
  rejectedHolds,
  dataSetHealth,
  secondLooks,
  shown,
  suggestions,
  imports,
  inference,
  liveCalls,
  callCounts,
  alerts,
  exchanges,
  ledger,
  events,
]

/**
 * How a schema is written → the name under which the contract exports it.
 * @throws Error where two differ and have one name: clients would be told the one for the other
 */
function namesOf(): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const texts = new Map<string, string>()
  for (const [name, schema] of FILES.flatMap((file) => Object.entries(file))) {
    if (!isSchema(schema)) continue
    const text = JSON.stringify(schema)
    if ((texts.get(name) ?? text) !== text) throw new Error(`The contract exports two schemas named ${name}.`)
    texts.set(name, text)
    if (!names.has(text)) names.set(text, name)
  }
  return names
}

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null && '~kind' in value
}

/** Turns schemas into references, and keeps what was referred to. */
export class SchemaBook {
  readonly #names = namesOf()
  readonly #components = new Map<string, JsonSchema>()

  /** `#/components/schemas/…`, by name. */
  components(): Record<string, JsonSchema> {
    const sorted = [...this.#components].toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(sorted)
  }

  /** A $ref where the contract has a name for it, else the schema with references inside. */
  schemaOf(schema: object): JsonSchema {
    const name = this.#names.get(JSON.stringify(schema))
    if (name === undefined) return this.#written(schema)
    if (!this.#components.has(name)) {
      // Kept before it is written: what refers to itself ends.
      this.#components.set(name, {})
      this.#components.set(name, this.#written(schema))
    }
    return { $ref: `#/components/schemas/${name}` }
  }

  /** The text of a stream of events, and beside it what each event's data holds. */
  eventsOf(payloads: Readonly<Record<string, TSchema>>): JsonSchema {
    const data = Object.entries(payloads).map(([name, schema]) => [name, this.schemaOf(schema)])
    return { type: 'string', description: 'event: name, data: JSON', 'x-events': Object.fromEntries(data) }
  }

  #written(schema: object): JsonSchema {
    const entries = Object.entries(schema).map(([key, value]) => [key, this.#valueOf(key, value)])
    return asOf2020(Object.fromEntries(entries) as JsonSchema)
  }

  #valueOf(key: string, value: unknown): unknown {
    if (key === 'properties' || key === 'patternProperties')
      return this.#eachOf(value as Record<string, object>)
    if (key === 'anyOf' || key === 'allOf') return (value as object[]).map((each) => this.schemaOf(each))
    if (key !== 'items') return value
    return Array.isArray(value)
      ? value.map((each: object) => this.schemaOf(each))
      : this.schemaOf(value as object)
  }

  #eachOf(schemas: Record<string, object>): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(schemas).map(([name, each]) => [name, this.schemaOf(each)]))
  }
}

/** What JSON Schema says otherwise since 2020, and OpenAPI 3.1 with it: tuples; and what generated clients read better. */
function asOf2020(schema: JsonSchema): JsonSchema {
  const { items, additionalItems: _, anyOf, patternProperties, ...rest } = schema
  if (Array.isArray(items)) return { ...rest, prefixItems: items, items: false, maxItems: items.length }
  if (patternProperties !== undefined)
    return { ...rest, additionalProperties: soleOf(patternProperties as object) }
  const texts = constsOf(anyOf)
  if (texts !== undefined) return { ...rest, type: 'string', enum: texts }
  return schema
}

/** The schema of every value, whatever its key. */
function soleOf(patterns: object): unknown {
  return Object.values(patterns)[0]
}

/** The texts of a union of nothing but texts. */
function constsOf(anyOf: unknown): string[] | undefined {
  if (!Array.isArray(anyOf)) return undefined
  const texts = anyOf.map((each: { const?: unknown }) => each.const)
  return texts.every((text): text is string => typeof text === 'string') ? texts : undefined
}
