// GET /api/health: is it running, on which market, and how fresh is it.
import type { App } from '../app.ts'
import { describeHealth } from '../health.ts'
import type { Handlers } from '../typed.ts'

export function healthHandlers(app: App): Handlers<'getHealth'> {
  return { getHealth: () => describeHealth(app) }
}
