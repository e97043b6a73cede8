// `annotate serve`: the server and its page, until SIGTERM.
import { Option, type Command } from 'commander'
import { systemClock } from '../../core/clock.ts'
import { DEFAULT_MEGABYTES } from '../../moments/moment-service.ts'
import { createApp, type App, type AppOptions } from '../../server/app.ts'
import { requireSafeBinding } from '../../server/guard.ts'
import { serveHttp } from '../../server/http.ts'
import { createLogger } from '../../server/logger.ts'
import { watchUnhandled } from '../../server/unhandled.ts'
import { countTo, portNumber, positiveNumber, wholeNumber } from '../numbers.ts'
import { printLine } from '../output.ts'
import { settingsOf, sourceOf, withSourceFlags, type SourceFlags } from '../source-flags.ts'
import { interrupted, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

const MOST_PROCESSES = 64

interface ServeFlags extends CommonOptions, SourceFlags {
  port: number
  host: string
  token?: string
  fee: number
  moments: number
  checkEvery: number
  resume: 'true' | 'false'
  inferenceProcesses: number
}

export function serveVerb(description: string): Command {
  return withSourceFlags(verb('serve', description))
    .option('--port <port>', '0 takes any free one', portNumber, 8050)
    .option('--host <host>', 'another than this machine needs a token', '127.0.0.1')
    .option(
      '--token <token>',
      'asked of every request (better: ANNOTATE_TOKEN, which other users do not see)',
    )
    .option('--fee <percent>', 'of the price, at entry and again at exit', positiveNumber, 0.1)
    .option(
      '--moments <MB>',
      'that rows of moments may take on disk; 0 keeps none',
      wholeNumber,
      DEFAULT_MEGABYTES,
    )
    .option(
      '--check-every <N>',
      'one live second of N is made again of the store and compared, bit for bit; 0: none',
      wholeNumber,
      60,
    )
    .option(
      '--inference-processes <N>',
      'live models answer in at most so many processes, each model in one',
      countTo(MOST_PROCESSES),
      1,
    )
    .addOption(
      new Option(
        '--resume <true|false>',
        'false: live sessions end with the server, else the next one goes on',
      )
        .choices(['true', 'false'])
        .default('true'),
    )
    .action(async (flags: ServeFlags) => runVerb(flags, (run) => serve(run, flags)))
}

async function serve(run: Verb, flags: ServeFlags): Promise<void> {
  const token = flags.token ?? process.env['ANNOTATE_TOKEN']
  requireSafeBinding({ host: flags.host, token })
  const source = sourceOf(flags)
  const exchangeSettings = settingsOf(flags)
  const logger = createLogger()
  const unhandled = watchUnhandled(logger, endAsFailed)
  await buildPageIfAbsent()
  const serving = { run, flags, token, source, exchangeSettings, logger, unhandled }
  // Where another became the owner of the PostgreSQL it begins anew, beside that one, where it was.
  for (let port: number | null = flags.port; port !== null;) port = await serveUntilTaken(serving, port)
}

interface Serving extends Pick<AppOptions, 'source' | 'exchangeSettings'> {
  readonly run: Verb
  readonly flags: ServeFlags
  readonly token: string | undefined
  readonly logger: ReturnType<typeof createLogger>
  readonly unhandled: ReturnType<typeof watchUnhandled>
}

/** Until it is interrupted: null; or until another server took the PostgreSQL over from it: the port at which it was. */
async function serveUntilTaken(
  { run, flags, token, source, exchangeSettings, logger, unhandled }: Serving,
  port: number,
): Promise<number | null> {
  const { workspace, database, json, signal } = run
  const taken = new AbortController()
  const app = await createApp({
    workspace,
    postgres: database.postgres,
    mayBeBeside: true,
    onTakenOver: ({ message, code }) => {
      process.stderr.write(`annotate: ${message} [${code}]\n`)
      taken.abort()
    },
    clock: systemClock,
    source,
    ...(exchangeSettings === undefined ? {} : { exchangeSettings }),
    feePctPerSide: flags.fee,
    momentMegabytes: flags.moments,
    checkEvery: flags.checkEvery,
    sessions: flags.resume === 'true' ? 'resume' : 'end',
    inferenceProcesses: flags.inferenceProcesses,
    log: logger,
  })
  try {
    await app.start()
    const http = await serveHttp(app, { host: flags.host, port, token, logger, unhandled: unhandled.count })
    app.lock.announce(http.url)
    tellWhere({ url: http.url, ...databaseOf(app) }, json)
    await interrupted(AbortSignal.any([signal, taken.signal]))
    await http.close()
    return signal.aborted ? null : Number(new URL(http.url).port)
  } finally {
    await app.stop()
  }
}

/** As if somebody had told it to: what moves ends in order. */
function endAsFailed(): void {
  process.exitCode = 1
  process.kill(process.pid, 'SIGTERM')
}

interface Where {
  readonly url: string
  /** Of a PostgreSQL, without its password. */
  readonly database?: string
  /** The server beside which this one stands. */
  readonly beside?: string
}

function databaseOf(app: App): Omit<Where, 'url'> {
  const { postgres, talk } = app
  if (postgres === null) return {}
  const place = talk?.isOwner === false ? app.owner() : null
  return { database: postgres, ...(place === null ? {} : { beside: place }) }
}

function tellWhere({ url, database, beside }: Where, json: boolean): void {
  if (json) return printLine(JSON.stringify({ url, database, beside }))
  const lines = [`ANNOTATE ${url}`]
  if (database !== undefined) lines.push(`database ${database}`)
  if (beside !== undefined) lines.push(`beside ${beside}, and takes over where that ends`)
  // All at once: whoever waits for the first line has the others.
  printLine(lines.join('\n'))
}

/** The set-up scripts are plain JavaScript outside the rooms; they print what they do. */
async function buildPageIfAbsent(): Promise<void> {
  const script = new URL('../../../scripts/page.js', import.meta.url).href
  const { ensurePage } = (await import(script)) as { ensurePage: () => void }
  ensurePage()
}
