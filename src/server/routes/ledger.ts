// GET /api/ledger: what is held of each market, and where it came from.
import { LedgerOut, LedgerQuery } from '../../contract/ledger.ts'
import type { App } from '../app.ts'
import { describeLedger } from '../ledger.ts'
import { answers, type Server } from '../typed.ts'

export function ledgerRoutes(server: Server, app: App): void {
  const schema = {
    summary:
      'What is held of each market and timeframe: span, rows, gaps, content hash, and where it came from',
    tags: ['market'],
    querystring: LedgerQuery,
    response: answers(200, LedgerOut),
  }
  server.get('/api/ledger', { schema }, async ({ query }): Promise<LedgerOut> => {
    return { ledger: await describeLedger(app.store, query) }
  })
}
