// /api/shown: what of a market was on the screen.
import type { shownRoutes } from '../../contract/routes/shown.ts'
import type { App } from '../app.ts'
import { keepShown } from '../sight.ts'
import type { Handlers } from '../typed.ts'

export function shownHandlers(app: App): Handlers<keyof typeof shownRoutes> {
  return {
    reportShown: ({ body }) => keepShown(app.shown, app.provider.resolve(body.symbol, body.venue), body),
  }
}
