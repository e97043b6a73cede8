// A PostgreSQL that one test has to itself, and may cut off, stop for a while and kill.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'pg'
import { addressOf, makeFirstThatWorks, start, type Cluster } from './cluster.ts'

export class OwnPostgres {
  readonly url: string
  readonly #cluster: Cluster
  #server: ChildProcess

  private constructor(cluster: Cluster, server: ChildProcess) {
    this.#cluster = cluster
    this.#server = server
    this.url = addressOf(cluster)
  }

  /** Null where no programs of one are here. */
  static async start(): Promise<OwnPostgres | null> {
    const folder = mkdtempSync(join(tmpdir(), 'annotate-own-postgres-'))
    const { cluster } = makeFirstThatWorks(folder)
    if (cluster !== null) return new OwnPostgres(cluster, await start(cluster))
    rmSync(folder, { recursive: true, force: true })
    return null
  }

  async ask(sql: string): Promise<Record<string, string | null>[]> {
    const pool = new Pool({ connectionString: this.url, max: 1 })
    pool.on('error', () => undefined)
    try {
      return (await pool.query<Record<string, string | null>>(sql)).rows
    } finally {
      await pool.end()
    }
  }

  /** Every connection but this one's. */
  async cutConnections(): Promise<void> {
    await this.ask(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    )
  }

  /** It says nothing any more, and its connections stay open. */
  stand(): void {
    this.#signal('SIGSTOP')
  }

  goOn(): void {
    this.#signal('SIGCONT')
  }

  /** As after a power cut. */
  async restart(): Promise<void> {
    await this.#end()
    this.#server = await start(this.#cluster)
  }

  async stop(): Promise<void> {
    this.goOn()
    await this.#end()
    rmSync(this.#cluster.folder, { recursive: true, force: true })
  }

  async #end(): Promise<void> {
    const ended = once(this.#server, 'exit')
    this.#server.kill('SIGQUIT')
    if (this.#server.exitCode === null && this.#server.signalCode === null) await ended
  }

  /** To it and to the processes that answer its connections. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { pid = 0 } = this.#server
    for (const each of [pid, ...childrenOf(pid)])
      try {
        process.kill(each, signal)
      } catch {
        // Its connection has ended.
      }
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent)
}

function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}
