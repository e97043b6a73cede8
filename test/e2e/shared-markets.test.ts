// The page at a server that does not follow the market it shows: a session begun there is answered by the server that does, and its signals are seen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { HealthOut } from '../../src/contract/market.ts'
import { LocalBinance } from '../exchange/binance-server.ts'
import { until } from '../patience.ts'
import { onPostgresAlone, type Place } from '../postgres/each-database.ts'
import { serveIn, type Served } from '../unit/cli/annotate.ts'
import { EAGER, publishUntrained } from '../unit/inference/checkpoint.ts'
import { accessibleScreenshot, describeInBrowser, withPage } from './harness/browser.ts'
import { openPage, stateOf, waitForSignals } from './harness/charts.ts'

describeInBrowser('a page beside the server that follows its market', () => {
  onPostgresAlone((newPlace) => {
    const root = mkdtempSync(join(tmpdir(), 'annotate-page-beside-'))
    const servers: Served[] = []
    let place: Place
    let exchange: LocalBinance

    beforeAll(async () => {
      place = await newPlace()
      exchange = await new LocalBinance({ symbols: ['ETHUSDT', 'BTCUSDT'] }).open()
      const settings = join(root, 'settings.json')
      writeFileSync(settings, JSON.stringify(exchange.settings()))
      await publishUntrained(join(root, 'a', 'models', 'checkpoints'), { rule: EAGER, calibration: null })
      const flags = `--source exchange --exchange binance --symbol ETH/USDT,BTC/USDT --exchange-settings ${settings} --moments 0`
      for (const name of ['a', 'b'])
        servers.push(
          await serveIn({ DATABASE_URL: place.url }, ...flags.split(' '), '--workspace', join(root, name)),
        )
    })
    afterAll(async () => {
      for (const server of servers) await server.stop()
      await exchange.close()
      await place.remove()
      rmSync(root, { recursive: true, force: true })
    })

    const sources = async ({ url }: Served): Promise<HealthOut['data_sources']> =>
      ((await (await fetch(`${url}/api/health`)).json()) as HealthOut).data_sources

    it('begins a session there, and shows what the other answers', async () => {
      const owners = async () => (await sources(servers[0]!)).map(({ server }) => server)
      await until('each to have one market', async () => new Set(await owners()).size === 2)
      const [shown] = await sources(servers[0]!)
      const beside = shown!.server!.endsWith('/a') ? servers[1]! : servers[0]!
      await withPage({ width: 1440, height: 900 }, async (page) => {
        await openPage(page, beside.url)
        await page.click('#infer')
        await waitForSignals(page, 3, 60)
        for (const { symbol } of await stateOf(page, 'signals')) expect(symbol).toBe(shown!.symbol)
        expect(await page.getAttribute('.top-clock', 'title')).toContain(`by ${shown!.server}`)
        expect(await page.textContent('.live .live-dot')).toBe('running')
        const said = await page.locator('[data-testid=servers] li').allTextContents()
        expect(said.map((words) => words.replace(/^.*\(/, '('))).toEqual([
          expect.stringMatching(/^\(a\) owner · (ETH|BTC)\/USDT$/),
          expect.stringMatching(/^\(b\) (ETH|BTC)\/USDT$/),
        ])
        await accessibleScreenshot(page, 'live-beside')
      })
    }, 180_000)
  })
})
