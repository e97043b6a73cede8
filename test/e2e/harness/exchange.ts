// The local Binance of test/exchange as a server of this machine is told of it: a settings file for `annotate serve`.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalBinance, type LocalBinanceOptions } from '../../exchange/binance-server.ts'
import { startServer, temporaryWorkspace, type RunningServer } from './server.ts'
import { rmSync } from 'node:fs'

export interface WithExchange {
  readonly exchange: LocalBinance
  readonly server: RunningServer
  stop(): Promise<void>
}

/** A server that reaches `binance` on this machine; `args` come after `serve`. */
export async function startWithExchange(
  args: readonly string[] = [],
  options: LocalBinanceOptions = {},
): Promise<WithExchange> {
  const exchange = await new LocalBinance(options).open()
  const workspace = temporaryWorkspace()
  const settings = join(workspace, 'exchange.json')
  writeFileSync(settings, JSON.stringify(exchange.settings()))
  const server = await startServer({
    workspace,
    args: ['--exchange-settings', settings, ...args],
    patience: 90_000,
  })
  return {
    exchange,
    server,
    stop: async () => {
      await server.stop()
      await exchange.close()
      rmSync(workspace, { recursive: true, force: true })
    },
  }
}

/** The arguments that serve the local exchange's market. */
export const SERVE_BINANCE = [
  '--source',
  'exchange',
  '--exchange',
  'binance',
  '--symbol',
  'ETH/USDT',
] as const
