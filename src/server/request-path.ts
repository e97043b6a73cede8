// What a request asks for, as the router understood it; never its address as it was typed.
import type { FastifyRequest } from 'fastify'

/** The matched route (`/api/annotations/:id`); for an address that no route has, its decoded path. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? decodedPath(request.url)
}

/** Whether a path is one of programs: all others are the page's. */
export function isOfInterface(path: string): boolean {
  return /^\/(api|metrics)(\/|$)/.test(path)
}

export function queryOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(request.url.split('?').slice(1).join('?'))
}

function decodedPath(url: string): string {
  const path = url.split('?')[0] ?? ''
  try {
    return decodeURIComponent(path).replace(/^[/\\]+/, '/')
  } catch {
    return path
  }
}
