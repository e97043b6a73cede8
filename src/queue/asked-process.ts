// A process of its own for work that would keep a worker from saying that it is there: it is asked one thing at a time, and answers.
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../core/errors.ts'

type Said =
  { readonly kind: 'done'; readonly answer: unknown } | { readonly kind: 'failed'; readonly why: string }

/** Both ends are started from the same files, so an answer is of the kind that the question asks for. */
export class AskedProcess<Question extends object, Answer> {
  readonly #module: URL
  #child: ChildProcess | null = null

  /** @param module what the process runs: it calls `answering` */
  constructor(module: URL) {
    this.#module = module
  }

  /** Starts the process where it is not there. @throws Error what it failed with, or that it is gone */
  ask(question: Question): Promise<Answer> {
    const child = this.#running()
    return new Promise<Answer>((resolve, reject) => {
      const hear = (raw: unknown): void => {
        const said = raw as Said
        end(() => (said.kind === 'done' ? resolve(said.answer as Answer) : reject(new Error(said.why))))
      }
      const lost = (code: number | null, signal: string | null): void =>
        end(() =>
          reject(new Error(`its process ended before it was done (${signal ?? `exit code ${code}`})`)),
        )
      const broken = (error: Error): void => end(() => reject(error))
      const end = (settle: () => void): void => {
        child.off('message', hear)
        child.off('exit', lost)
        child.off('error', broken)
        settle()
      }
      child.on('message', hear)
      child.on('exit', lost)
      child.on('error', broken)
      child.send(question)
    })
  }

  /** What is being asked then fails. */
  kill(): void {
    this.#child?.kill('SIGKILL')
    this.#child = null
  }

  #running(): ChildProcess {
    if (this.#child !== null) return this.#child
    const child = fork(fileURLToPath(this.#module), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const gone = (): void => {
      if (this.#child === child) this.#child = null
    }
    child.on('exit', gone)
    child.on('error', gone)
    this.#child = child
    return child
  }
}

/** The other end: answers each question in its turn, until whoever started it is gone. */
export function answering(answer: (question: never) => Promise<unknown>): void {
  let turn: Promise<void> = Promise.resolve()
  process.on('disconnect', () => process.exit(0))
  process.on('message', (question) => {
    turn = turn.then(async () => {
      const said = await answer(question as never).then(
        (made): Said => ({ kind: 'done', answer: made }),
        (error: unknown): Said => ({ kind: 'failed', why: messageOf(error) }),
      )
      process.send?.(said)
    })
  })
}
