// Dockerfile and compose.yaml as values: what they copy, run and say.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const read = (name: string): string => readFileSync(`${ROOT}${name}`, 'utf8')

export interface Instruction {
  readonly name: string
  readonly words: string
}

/** In their order, continued lines joined, without comments. */
export function instructionsOf(dockerfile = read('Dockerfile')): Instruction[] {
  const text = dockerfile.replaceAll(/^\s*#.*\n/gm, '').replaceAll('\\\n', ' ')
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', words = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
      return { name, words }
    })
}

/** Paths of the repository that the image holds. */
export function copied(instructions: readonly Instruction[]): string[] {
  return instructions
    .filter(({ name }) => name === 'COPY')
    .flatMap(({ words }) => words.split(' ').slice(0, -1))
}

/** What `.dockerignore` lets through. */
export function letThrough(): string[] {
  return read('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1))
}

/** How the image's program is started, before the words of a service. */
export function entrypoint(): string[] {
  const found = instructionsOf().find(({ name }) => name === 'ENTRYPOINT')
  return JSON.parse(found?.words ?? '[]') as string[]
}

export interface Service {
  readonly image: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly deploy?: { readonly replicas: number }
}

export interface Compose {
  readonly services: Readonly<Record<'db' | 'server' | 'worker', Service>>
  readonly volumes: Readonly<Record<string, null>>
}

export function compose(): Compose {
  return parse(read('compose.yaml'), { merge: true }) as Compose
}

/** `text` with what the environment gives, as Docker Compose fills it in. @throws Error where it is asked for with `:?` and not there */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{(\w+)(?::\?([^}]*))?\}/g, (_, name: string, needed?: string) => {
    const value = values[name]
    if (value === undefined && needed !== undefined) throw new Error(`${name}: ${needed}`)
    return value ?? ''
  })
}
