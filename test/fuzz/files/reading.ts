// Lets a process of its own read files, each within a time and all within a memory; one that hangs or dies is named and another begun.
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { patient } from '../../patience.ts'
import type { ParserName } from './parsers.ts'
import type { Outcome, Task } from './reader.ts'

const READER = fileURLToPath(new URL('reader.ts', import.meta.url))
/** ms for one small file on a machine of one's own. */
const LIMIT = 5_000
/** Bytes that a small file may cost. */
const MOST_MEMORY = 400 * 2 ** 20

export class Reading {
  readonly #folder = mkdtempSync(join(tmpdir(), 'annotate-reader-'))
  #child: ChildProcess | null = null
  #peak = 0

  /** How a file was read; a process that hangs or dies, and one that takes too much, is a fault. */
  async outcomeOf(parser: ParserName, path: string): Promise<Pick<Outcome, 'fault' | 'refused'>> {
    const child = (this.#child ??= await this.#begun())
    const answer = await answerOf(child, { parser, path })
    if (typeof answer === 'string') {
      await this.#end()
      return { fault: answer, refused: null }
    }
    const grown = answer.peak - this.#peak
    this.#peak = Math.max(this.#peak, answer.peak)
    if (answer.fault !== null || grown <= MOST_MEMORY) return answer
    return { fault: `${Math.round(grown / 2 ** 20)} MB of memory for a small file`, refused: null }
  }

  async stop(): Promise<void> {
    await this.#end()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #begun(): Promise<ChildProcess> {
    const folder = mkdtempSync(join(this.#folder, 'workspace-'))
    const child = fork(READER, [folder], { execArgv: [...process.execArgv, '--max-old-space-size=768'] })
    const [ready] = (await once(child, 'message')) as [Outcome]
    this.#peak = ready.peak
    return child
  }

  async #end(): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

/** What it says of the file, or in words that it says nothing. */
function answerOf(child: ChildProcess, task: Task): Promise<Outcome | string> {
  return new Promise((resolve) => {
    const limit = patient(LIMIT)
    const timer = setTimeout(() => end(`not read within ${Math.round(limit)} ms`), limit)
    const end = (answer: Outcome | string): void => {
      clearTimeout(timer)
      child.off('message', end).off('exit', died)
      resolve(answer)
    }
    const died = (code: number | null, signal: string | null): void =>
      end(`the process died (${code ?? signal})`)
    child.on('message', end).on('exit', died)
    child.send(task)
  })
}
