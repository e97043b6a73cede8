// An exchange behind a proxy: its host is known to the proxy alone, so that all that arrives has gone through it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExchangeSource } from '../../src/market/exchange/exchange-source.ts'
import type { ExchangeSettings } from '../../src/market/exchange/settings.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { DumpServer } from '../exchange/dump-server.ts'
import { HIDDEN, Proxy } from '../exchange/proxy.ts'
import { annotateJson } from '../unit/cli/annotate.ts'

const DAY = 86_400_000
let exchange: LocalBinance
beforeAll(async () => {
  exchange = await new LocalBinance().open()
})
afterAll(() => exchange.close())

/** The exchange's addresses, at a host that only the proxy knows. */
function hidden(): ExchangeSettings {
  return JSON.parse(JSON.stringify(exchange.settings()).replaceAll('127.0.0.1', HIDDEN)) as ExchangeSettings
}

/** How many seconds came, of what the source confirms in some seconds; and whether trades did. */
async function stream(
  settings: ExchangeSettings,
): Promise<{ confirmed: number; trades: number; trouble: string | null }> {
  const source = await createExchangeSource({
    exchange: 'binance',
    symbol: 'ETH/USDT',
    settings,
    books: false,
  })
  const ending = new AbortController()
  let [confirmed, trades] = [0, 0]
  const stop = setTimeout(() => ending.abort(), 20_000)
  for await (const event of source.events(ending.signal)) {
    if (event.kind === 'trade') trades += 1
    if (event.kind === 'confirmed') confirmed += 1
    if (confirmed >= 3) ending.abort()
  }
  clearTimeout(stop)
  const { trouble } = source.report!()
  source.close?.()
  return { confirmed, trades, trouble }
}

describe.concurrent('settings of a proxy', () => {
  it('httpsProxy and wssProxy take REST and stream through a tunnel', async () => {
    const proxy = await Proxy.http()
    const { confirmed, trades } = await stream({ ...hidden(), httpsProxy: proxy.url, wssProxy: proxy.url })
    expect([confirmed >= 3, trades > 0]).toEqual([true, true])
    expect(proxy.through.every((line) => line.startsWith(`CONNECT ${HIDDEN}:`))).toBe(true)
    expect(proxy.through.length).toBeGreaterThanOrEqual(2)
    await proxy.close()
  })

  it('wsProxy takes the stream without a tunnel', async () => {
    const proxy = await Proxy.http()
    const { confirmed, trades } = await stream({ ...hidden(), httpProxy: proxy.url, wsProxy: proxy.url })
    expect([confirmed >= 3, trades > 0]).toEqual([true, true])
    expect(proxy.through.some((line) => line.startsWith(`UPGRADE http://${HIDDEN}:`))).toBe(true)
    await proxy.close()
  })

  it('socksProxy and wsSocksProxy take both through SOCKS5', async () => {
    const proxy = await Proxy.socks5()
    const { confirmed, trades } = await stream({
      ...hidden(),
      socksProxy: proxy.url,
      wsSocksProxy: proxy.url.replace('socks5:', 'socks5h:'),
    })
    expect([confirmed >= 3, trades > 0]).toEqual([true, true])
    expect(proxy.through.every((line) => line.startsWith(`SOCKS ${HIDDEN}:`))).toBe(true)
    await proxy.close()
  })

  it('without one the host is not found, and said so', async () => {
    await expect(
      createExchangeSource({
        exchange: 'binance',
        symbol: 'ETH/USDT',
        settings: { ...hidden(), timeout: 500 },
      }),
    ).rejects.toMatchObject({ code: 'exchange_unreachable', message: expect.stringContaining('set a proxy') })
  })

  it('a stream breaks with its proxy, and says so', async () => {
    const proxy = await Proxy.http()
    const settings = { ...hidden(), httpsProxy: proxy.url, wssProxy: proxy.url }
    const source = await createExchangeSource({
      exchange: 'binance',
      symbol: 'ETH/USDT',
      settings,
      books: false,
    })
    const ending = new AbortController()
    const confirmed: number[] = []
    const follow = (async () => {
      for await (const event of source.events(ending.signal))
        if (event.kind === 'confirmed') confirmed.push(event.through)
    })()
    while (confirmed.length < 2) await sleep(50)
    await proxy.close()
    while (source.report!().connected) await sleep(20)
    expect(source.report!().trouble).toMatch(/closed|ECONN|connect|socket/i)
    ending.abort()
    await follow
    source.close?.()
  })
})

it('the settings file takes downloads of candles and of dump files through the proxy', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'annotate-proxy-'))
  const proxy = await Proxy.http()
  const dumps = await new DumpServer(exchange.trades).open()
  const day = Math.floor(Date.now() / DAY) * DAY - 3 * DAY
  const file = join(folder, 'settings.json')
  await writeFile(
    file,
    JSON.stringify({
      ...hidden(),
      httpsProxy: proxy.url,
      dumps: dumps.url.replace('127.0.0.1', 'dumps.invalid'),
    }),
  )
  const span = ['--from', new Date(day).toISOString(), '--to', new Date(day + DAY).toISOString()]
  const flags = `--exchange binance --symbol ETH/USDT --exchange-settings ${file} --workspace ${folder} --from-dumps --timeframes 1h`
  const { downloads } = await annotateJson<{ downloads: { rows: number; dumps: { rows: number }[] }[] }>(
    'download-data',
    ...flags.split(' '),
    ...span,
  )
  expect(downloads[0]).toMatchObject({ rows: 0, dumps: [{ rows: 24 }] })
  const hosts = new Set(proxy.through.map((line) => line.replace(/:\d+$/, '')))
  expect(hosts).toEqual(new Set([`CONNECT ${HIDDEN}`, 'CONNECT dumps.invalid']))
  await proxy.close()
  await dumps.close()
  await rm(folder, { recursive: true, force: true })
})
