// What a training run is about where its request does not say: the venue that is served, if anything is marked there.
import type { TrainingBody } from '../contract/training-parameters.ts'
import type { App } from './app.ts'

export async function withServedVenue(app: App, body: TrainingBody): Promise<TrainingBody> {
  if (body.venue !== undefined || body.annotation_ids !== undefined || body.mixed_sources === true)
    return body
  const { venue } = app.provider.status().market
  const marked = await app.annotations.list({ market: { venue } })
  return marked.length === 0 ? body : { ...body, venue }
}
