// The server that holds a workspace, spoken to over its own HTTP interface.
import type { ErrorBody } from '../contract/shapes.ts'
import { AppError } from '../core/errors.ts'
import type { Workspace } from '../core/workspace.ts'
import { holderOf } from '../server/workspace-lock.ts'

export class Remote {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async get<T>(path: string): Promise<T> {
    return this.#call<T>('GET', path)
  }

  async post<T>(path: string, body?: unknown): Promise<T> {
    return this.#call<T>('POST', path, body)
  }

  async put<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PUT', path, body)
  }

  async delete<T>(path: string): Promise<T> {
    return this.#call<T>('DELETE', path)
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const token = process.env['ANNOTATE_TOKEN']
    const response = await fetch(new URL(path, this.#url), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer: unknown = await response.json()
    if (response.ok) return answer as T
    const { code, message } = (answer as ErrorBody).error
    throw new AppError(code, message, { status: response.status })
  }
}

/** The server that holds the workspace; null when none does. */
export function remoteOf(workspace: Workspace): Remote | null {
  const url = holderOf(workspace)?.url
  return url === undefined ? null : new Remote(url)
}
