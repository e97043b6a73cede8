// The exchange's source by the rules of every source, over ccxt and the local exchange.
import { afterAll, describe } from 'vitest'
import { createExchangeSource } from '../../../src/market/exchange/exchange-source.ts'
import { LocalBinance } from '../../exchange/binance-server.ts'
import { conformance } from './source-conformance.ts'

const opened: LocalBinance[] = []
afterAll(() => Promise.all(opened.map((exchange) => exchange.close())))

describe.concurrent('an exchange through ccxt', () => {
  conformance('binance', async () => {
    const exchange = await new LocalBinance().open()
    opened.push(exchange)
    const settings = exchange.settings()
    const source = await createExchangeSource({ exchange: 'binance', symbol: 'ETH/USDT', settings })
    return { source, advance: () => undefined }
  })
})
