// /api/imports: what came in, and taking one out again.
import { unknownThing } from '../../core/errors.ts'
import type { App } from '../app.ts'
import { describeImports, forgetOneImport } from '../imports.ts'
import type { Handlers } from '../typed.ts'

export function importHandlers(app: App): Handlers<'listImports' | 'forgetImport'> {
  return {
    listImports: ({ query: { limit = 200, before } }) => ({
      imports: describeImports(app.store, { limit, ...(before === undefined ? {} : { before }) }),
    }),
    forgetImport: ({ params: { id }, query: { dry_run: dryRun = false } }) => {
      if (!/^\d{1,15}$/.test(id)) throw unknownThing('import', id, 'GET /api/imports lists those there are.')
      return forgetOneImport(app, Number(id), { dryRun })
    },
  }
}
