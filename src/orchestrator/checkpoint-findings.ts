// What is amiss with checkpoints: files that are gone or differ from their hashes, models that do not open, a promoted one that is not there.
import { messageOf } from '../core/errors.ts'
import type { Finding } from '../core/finding.ts'
import type { Checkpoints } from './checkpoints.ts'
import { loadPredictor } from './load-predictor.ts'
import type { Orchestrator } from './orchestrator.ts'

const AGAIN = 'Put its files back from a backup, or train again and use the new checkpoint.'

/** Every checkpoint is read whole and opened once. */
export async function checkpointFindings(
  orchestrator: Pick<Orchestrator, 'models'>,
  checkpoints: Checkpoints,
): Promise<Finding[]> {
  const found: Finding[] = []
  for (const { id, promoted } of await orchestrator.models()) {
    const entries = await checkpoints.list(id)
    for (const { version, broken } of entries) {
      const fault = broken ?? (await whyNotOpened(checkpoints, id, version))
      if (fault !== null) found.push({ part: 'checkpoint', name: `${id} ${version}`, fault, advice: AGAIN })
    }
    if (promoted !== null && !entries.some(({ version }) => version === promoted))
      found.push(promotedIsGone(id, promoted))
  }
  return found
}

/** What keeps the model from being run; null where nothing does. */
async function whyNotOpened(
  checkpoints: Checkpoints,
  model: string,
  version: string,
): Promise<string | null> {
  try {
    const predictor = await loadPredictor(await checkpoints.load(model, version))
    await predictor.close()
    return null
  } catch (error) {
    return messageOf(error)
  }
}

function promotedIsGone(model: string, version: string): Finding {
  return {
    part: 'checkpoint',
    name: `${model} ${version}`,
    fault: 'it is promoted to go live, and its folder is not there',
    advice: 'Put the folder back from a backup, or promote another checkpoint.',
  }
}
