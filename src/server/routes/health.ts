// GET /api/health: is it running, on which market, and how fresh is it.
import { HealthOut } from '../../contract/market.ts'
import type { App } from '../app.ts'
import { describeHealth } from '../health.ts'
import { answers, type Server } from '../typed.ts'

export function healthRoutes(server: Server, app: App): void {
  const schema = {
    summary: 'Status, version, data source and counts',
    tags: ['health'],
    response: answers(200, HealthOut),
  }
  server.get('/api/health', { schema }, () => describeHealth(app))
}
