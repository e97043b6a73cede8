// GET /api/ledger: what is held of each market, and where it came from.
import type { App } from '../app.ts'
import { describeLedger } from '../ledger.ts'
import type { Handlers } from '../typed.ts'

export function ledgerHandlers(app: App): Handlers<'getLedger'> {
  return {
    getLedger: async ({ query }) => ({
      ledger: await describeLedger(app.store, app.workspace.moments, query),
    }),
  }
}
