// `annotate infer`: a model on a market in the foreground, one line a second, until the data ends or SIGTERM.
import { type Command } from 'commander'
import type { SessionOut, SignalOut, SignalPart } from '../../contract/inference.ts'
import { ANY_PATTERN } from '../../contract/pattern.ts'
import { systemClock } from '../../core/clock.ts'
import { createApp, type App } from '../../server/app.ts'
import { createLogger } from '../../server/logger.ts'
import { printLine } from '../output.ts'
import { patternOption } from '../pattern-option.ts'
import { settingsOf, sourceOf, withSourceFlags, type SourceFlags } from '../source-flags.ts'
import { interrupted, runVerb, verb, type CommonOptions, type Verb } from '../verb.ts'

interface InferFlags extends CommonOptions, SourceFlags {
  model: string
  checkpoint?: string
  pattern?: string
}

export function inferVerb(description: string): Command {
  return withSourceFlags(verb('infer', description))
    .requiredOption('--model <id>', 'such as cnn, cnn@0002 or cnn@challenger')
    .option('--checkpoint <version>', 'such as 0001, or challenger; the promoted one by default')
    .addOption(patternOption(`; "${ANY_PATTERN}": every pattern of which one is promoted, together`))
    .action(async (flags: InferFlags) => runVerb(flags, (run) => infer(run, flags)))
}

async function infer(run: Verb, flags: InferFlags): Promise<void> {
  const { workspace, database } = run
  const app = await createApp({
    workspace,
    postgres: database.postgres,
    clock: systemClock,
    source: sourceOf(flags),
    exchangeSettings: settingsOf(flags),
    log: createLogger(),
    sessions: 'leave',
  })
  try {
    await follow(run, app, flags)
  } finally {
    await app.stop()
  }
}

async function follow(
  { json, signal }: Verb,
  app: App,
  { model, checkpoint, pattern }: InferFlags,
): Promise<void> {
  const { symbol, venue } = app.provider.status().market
  const { id } = await app.inference.start({
    model,
    symbol,
    venue,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(pattern === undefined ? {} : { pattern }),
  })
  // Not those of its parts, which it tells.
  app.bus.on('signal', (each) => {
    if (each.session === id) printLine(json ? JSON.stringify(each) : lineOf(each))
  })
  await app.start()
  const ended = new Promise<SessionOut>((resolve) => {
    app.bus.on('session', (session) => {
      if (session.id === id && session.state === 'stopped') resolve(session)
    })
  })
  await Promise.race([ended, interrupted(signal)])
  const drift = await app.inference.drift(id)
  const { signals, missed_seconds: missed, latency_ms: latency } = await app.inference.stop(id)
  process.stderr.write(
    `${signals} signals, ${missed} seconds missed, latency p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)}\n${drift.words}\n`,
  )
}

/** With the confidence its interval, and how many out-of-fold calls it rests on. */
function lineOf(signal: SignalOut): string {
  const { timestamp, action, confidence, price, scores, reason, oddness } = signal
  const { confidence_interval: interval, confidence_n: n } = signal
  const parts =
    scores === null
      ? reason
      : `buy ${scores.BUY.toFixed(3)} sell ${scores.SELL.toFixed(3)} hold ${scores.HOLD.toFixed(3)}`
  const between = interval === null ? '' : ` (${interval.map((bound) => bound.toFixed(0)).join('–')})`
  const sure = confidence === null ? '' : ` ${confidence.toFixed(0)} %${between} of ${n}`
  const unlike = oddness === undefined ? '' : ` unlike ${oddness.toFixed(2)}`
  const patterns = signal.parts === undefined ? '' : `  ${signal.parts.map(partText).join(', ')}`
  return `${timestamp} ${action.padEnd(4)}${sure} ${price ?? ''} ${parts ?? ''}${unlike}${patterns}`
}

/** `breakout 0004 BUY 0.812`: with the score of its side, or why it abstains. */
function partText({ pattern, checkpoint, action, scores, reason }: SignalPart): string {
  const score = action === 'HOLD' ? '' : ` ${scores?.[action].toFixed(3) ?? ''}`
  return `${pattern ?? ''} ${checkpoint} ${reason ?? `${action}${score}`}`
}

function ms(value: number | null): string {
  return value === null ? 'unknown' : `${value.toFixed(1)} ms`
}
