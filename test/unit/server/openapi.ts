// Reads an OpenAPI document the way a client would: is it sound, and is an answer what it says?
import { Compile } from 'typebox/schema'

interface Operation {
  parameters?: { name: string; in: string; schema: object }[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, Response | { $ref: string }>
}

interface Response {
  description: string
  content?: Record<string, { schema: object }>
}

export class OpenApi {
  readonly #document: {
    openapi: string
    info: { title: string; version: string }
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, object>; responses: Record<string, Response> }
  }

  readonly #validators = new Map<object, ReturnType<typeof Compile>>()

  constructor(document: object) {
    this.#document = document as never
  }

  operations(): string[] {
    return this.#all().map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  }

  /** What is wrong with the document itself. */
  problems(): string[] {
    const { openapi, info } = this.#document
    const head =
      openapi.startsWith('3.1') && info.title !== '' && info.version !== '' ? [] : ['no proper head']
    return [
      ...head,
      ...this.#all().flatMap(({ method, path, operation }) =>
        this.#problemsOf(operation, path).map((problem) => `${method} ${path}: ${problem}`),
      ),
    ]
  }

  /** How an answer differs from what the document says of it. */
  faults(method: string, url: string, status: number, body: unknown): string[] {
    const path = url.split('?')[0]!
    const found = this.#all().find((each) => each.method === method.toLowerCase() && matches(each.path, path))
    if (found === undefined) return [`${method} ${path} is not described`]
    const responses = found.operation.responses
    const response = this.#response(responses[status] ?? responses[`${Math.floor(status / 100)}XX`])
    const schema = response?.content?.['application/json']?.schema
    if (schema === undefined) return [`${method} ${path} does not describe ${status}`]
    const { code } = (body as { error?: { code?: string } }).error ?? {}
    if (code !== undefined && !response?.description.split(/: |, /).includes(code))
      return [`${method} ${path} does not say that it may refuse with ${code}`]
    return this.#validator(schema)
      .Errors(body)[1]
      .map((fault) => `${fault.instancePath} ${fault.message}`)
  }

  describes(method: string, path: string): boolean {
    return this.#all().some((each) => each.method === method.toLowerCase() && matches(each.path, path))
  }

  /** Of every template that the path fits. */
  methodsAt(path: string): string[] {
    const fitting = this.#all().filter((each) => matches(each.path, path))
    return [...new Set(fitting.map(({ method }) => method.toUpperCase()))]
  }

  #problemsOf(operation: Operation, path: string): string[] {
    const problems: string[] = []
    const declared = new Set(
      (operation.parameters ?? []).filter((each) => each.in === 'path').map(({ name }) => name),
    )
    for (const [, name] of path.matchAll(/\{(\w+)\}/g))
      if (!declared.has(name!)) problems.push(`path parameter ${name} is not declared`)
    if (Object.keys(operation.responses).length === 0) problems.push('no responses')
    for (const [status, given] of Object.entries(operation.responses)) {
      const { description } = this.#response(given) ?? {}
      if (!/^([1-5]\d\d|[1-5]XX|default)$/.test(status)) problems.push(`status ${status}`)
      if (typeof description !== 'string') problems.push(`response ${status} has no description`)
    }
    return problems
  }

  /** Where the document has it. */
  #response(given: Response | { $ref: string } | undefined): Response | undefined {
    if (given === undefined || !('$ref' in given)) return given
    return this.#document.components.responses[given.$ref.replace('#/components/responses/', '')]
  }

  #validator(schema: object): ReturnType<typeof Compile> {
    const known = this.#validators.get(schema)
    if (known !== undefined) return known
    const made = Compile({ ...schema, components: this.#document.components })
    this.#validators.set(schema, made)
    return made
  }

  #all(): { method: string; path: string; operation: Operation }[] {
    return Object.entries(this.#document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
    )
  }
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}
