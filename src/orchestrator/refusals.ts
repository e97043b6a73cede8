// What the orchestrator refuses, in words that say what to do next.
import { AppError, unknownThing } from '../core/errors.ts'
import type { LoadedCheckpoint } from './checkpoints.ts'
import { CUSTOM } from './custom/custom.ts'
import { slotWords, type Slot } from './slot.ts'

/** @throws AppError `other_pattern` */
export function requirePattern(slot: Slot, { version, metadata }: LoadedCheckpoint): void {
  const own = metadata.pattern ?? null
  if (slot.pattern === null || own === slot.pattern) return
  const learnt = own === null ? 'on no pattern of its own' : `on "${own}"`
  throw new AppError(
    'other_pattern',
    `Checkpoint ${version} of ${slot.model} was trained ${learnt}, not on "${slot.pattern}": choose one of that pattern, or train one with pattern "${slot.pattern}".`,
    { status: 409, field: 'pattern' },
  )
}

export function nothingFor({ model, pattern }: Slot): AppError {
  return new AppError(
    'no_checkpoint',
    `No checkpoint of ${model} is promoted for "${pattern}": promote one with annotate models promote ${model} VERSION --pattern "${pattern}".`,
    { status: 409, field: 'pattern' },
  )
}

export function nothingOf(model: string, name: string): AppError {
  const how = model === CUSTOM ? 'import one with annotate import model FILE' : 'train it first'
  return new AppError(
    'no_checkpoint',
    `Model ${model} (${name}) has no checkpoint to go live with: ${how}, then start again.`,
    { status: 409, field: 'model' },
  )
}

export function nothingBefore(slot: Slot, live: string | null): AppError {
  return new AppError(
    'nothing_to_roll_back',
    live === null
      ? slot.pattern === null
        ? `Model ${slot.model} has no checkpoint that goes live yet: train it first.`
        : `Nothing of ${slotWords(slot)} was ever promoted: there is nothing to go back to.`
      : `Checkpoint ${live} of ${slotWords(slot)} is the first that went live: there is none before it to go back to. Promote another instead.`,
    { status: 409 },
  )
}

export function notTrainable(): AppError {
  return new AppError(
    'not_trainable',
    'Model custom is what you bring yourself: train it elsewhere and import its ONNX file with annotate import model FILE.',
    { status: 422, field: 'model' },
  )
}

export function noChallenger(slot: Slot): AppError {
  const flag = slot.pattern === null ? '' : ` --pattern "${slot.pattern}"`
  return new AppError(
    'no_challenger',
    `No checkpoint of ${slotWords(slot)} is named the challenger: name one with annotate models challenger ${slot.model} VERSION${flag}.`,
    { status: 409, field: 'checkpoint' },
  )
}

export function notSettable(model: string, alias: string): AppError {
  if (alias !== 'champion') return unknownThing('alias', alias, 'Aliases are: champion, challenger.')
  return new AppError(
    'alias_follows_promotion',
    `The champion of ${model} is whichever checkpoint is promoted: promote another with annotate models promote ${model} VERSION.`,
    { status: 409, field: 'alias' },
  )
}
