// A process that reads the files it is told of, one after the other: what hangs or dies is this one. Argument: a folder of its own.
import { AppError } from '../../../src/core/errors.ts'
import { RefusedRow } from '../../../src/market/importing/fields.ts'
import { parsersIn, type ParserName } from './parsers.ts'

export interface Task {
  readonly parser: ParserName
  readonly path: string
}

export interface Outcome {
  /** The house's own words of refusal; null where it was read. */
  readonly refused: string | null
  /** What went wrong that is no refusal; null where nothing did. */
  readonly fault: string | null
  /** The most memory that the process ever held, bytes. */
  readonly peak: number
}

const parsers = parsersIn(process.argv[2] ?? '.')

process.on('message', ({ parser, path }: Task) => void read(parser, path))
process.on('disconnect', () => process.exit())
tell({})

async function read(parser: ParserName, path: string): Promise<void> {
  tell(await parsers[parser](path).then(() => ({}), told))
}

/** Once it is ready, and after each file. */
function tell(what: Partial<Outcome>): void {
  process.send?.({ refused: null, fault: null, peak: process.resourceUsage().maxRSS * 1024, ...what })
}

function told(error: unknown): Partial<Outcome> {
  const { name, message, stack } = error as Error
  const isRefusal = (error instanceof AppError && error.status < 500) || error instanceof RefusedRow
  return isRefusal && message.length > 10 ? { refused: message } : { fault: `${name}: ${message}\n${stack}` }
}
