// The life of a server that is assembled: it starts, takes over from another of its PostgreSQL, stands still where another took over, stops.
import type { AlertService } from '../alerts/alert-service.ts'
import type { ForwardService } from '../inference/forward/forward-service.ts'
import type { InferenceService } from '../inference/service.ts'
import type { DatabaseWatch } from '../keeping/database-watch.ts'
import type { DataProvider } from '../market/provider.ts'
import { isSimulated, sameMarket } from '../contract/market-name.ts'
import type { Market } from '../market/types.ts'
import type { MomentService } from '../moments/moment-service.ts'
import type { HealthService } from '../training/health/health-service.ts'
import type { PreviewService } from '../training/preview/preview-service.ts'
import type { BesideMarkets } from './beside/beside-markets.ts'
import type { CaseChecks } from './case-checks.ts'
import type { FollowedMarkets } from './followed-markets.ts'
import { told, type Log } from './logger.ts'
import type { ServedWorkspace } from './open-served.ts'
import { recoverWork, type Recovered } from './recovery.ts'
import type { SharedDatabase } from './shared-database.ts'
import type { Suggestions } from './suggestions.ts'
import type { WorkspaceLock } from './workspace-lock.ts'

/** What works beside the market and live inference. */
export interface Services {
  readonly alerts: AlertService
  readonly previews: PreviewService
  readonly dataSetHealth: HealthService
  readonly forward: ForwardService
  readonly moments: MomentService
  readonly suggestions: Suggestions
}

export interface Parts extends Services, Pick<ServedWorkspace, 'open' | 'shared'> {
  readonly beside: BesideMarkets
  readonly log: Log
  /** What was found by whoever became the owner. */
  readonly state: { recovered: Recovered }
  readonly provider: DataProvider
  readonly inference: InferenceService
  readonly followed: FollowedMarkets
  readonly lock: WorkspaceLock
  readonly watch: DatabaseWatch
  readonly checks: CaseChecks
}

/** Beside the owner the markets alone: the rest once this server takes over. */
export async function startAll(parts: Parts): Promise<void> {
  const { shared, beside, provider, inference, followed } = parts
  if (shared === null)
    await Promise.all([provider.start(), inference.resume((market) => followed.follow(market))])
  else {
    await provider.start()
    await shared.start({
      onMoved: (market) => beside.moved(provider, market),
      onFollowed: (markets) => beside.follow(provider, markets),
      onBegin: (market) => beginMarket(parts, shared, market),
      onEnd: (market) => endMarket(parts, market),
      onOwned: () => becomeOwner(parts, shared),
      onUnclaimed: (market) => letGo(parts, shared, market),
    })
    const isFree = (market: Market): boolean => !shared.markets.shares.isFollowed(market)
    if (shared.isOwner) await inference.resume((market) => followed.follow(market), isFree)
  }
  if (shared?.isOwner !== false) startServices(parts)
}

/** Its sessions go on here, its seconds come by a source of this server's own. */
async function beginMarket(parts: Parts, shared: SharedDatabase, market: Market): Promise<void> {
  const { beside, provider, inference, log } = parts
  const isIt = (other: Market): boolean => sameMarket(other, market)
  if (!shared.isOwner) await shared.talk.files.pull().catch(told(log, 'checkpoints could not be copied'))
  await inference.recover(isIt)
  await Promise.all([beside.begin(provider, market), inference.resume(() => Promise.resolve(), isIt)])
}

/** Its sessions are left as they stand, to the server that follows it now. */
async function endMarket({ beside, provider, inference }: Parts, market: Market): Promise<void> {
  await inference.leave(market)
  await beside.end(provider, market)
}

/** Who simulated it is gone, and nobody else does. An exchange may come back. */
async function letGo({ inference }: Parts, shared: SharedDatabase, market: Market): Promise<void> {
  if (!isSimulated(market)) return
  await inference.endLeft(market, 'market_not_live')
  await shared.markets.shares.remove(market)
}

function startServices({ alerts, moments, forward }: Parts): void {
  alerts.start()
  moments.start()
  forward.start()
}

/** What the owner before did goes on here. What fails is told, and the rest goes on. */
async function becomeOwner(parts: Parts, shared: SharedDatabase): Promise<void> {
  const { open, inference, log, state } = parts
  log.warn({}, 'the server that was the owner is gone: this one is from now on')
  const steps = [
    () => inference.recover((market) => !shared.markets.shares.isFollowed(market)),
    async () => void (state.recovered = await recoverWork(open, log)),
  ]
  for (const step of steps)
    await step().catch(told(log, 'something of the server before could not be gone on with'))
  startServices(parts)
}

/** Sessions stay as they are, for whoever goes on with them. */
export async function standStill({ shared, provider, inference, alerts, forward }: Parts): Promise<void> {
  forward.stop()
  await inference.stopAll()
  await provider.stop()
  await shared?.markets.giveUp()
  await alerts.stop()
}

export async function stopAll(parts: Parts): Promise<void> {
  const { open, shared, provider, inference, lock, alerts } = parts
  await shared?.rest()
  parts.watch.stop()
  for (const service of ['followed', 'previews', 'dataSetHealth', 'forward', 'suggestions'] as const)
    parts[service].stop()
  // It is at the lowest priority in dying, too: others end meanwhile.
  const momentsEnded = parts.moments.stop()
  await parts.checks.stop()
  // A training is given half a second to save itself: whatever else ends does so meanwhile.
  const live = inference.stopAll().then(() => provider.stop())
  await Promise.all([live, open.training.stop(), open.backtests.stop()])
  await alerts.stop()
  await shared?.stop()
  await open.close()
  lock.release()
  await momentsEnded
}
