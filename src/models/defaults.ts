// The defaults of a model by the names of the interface: its own where it has some, else what holds for every model.
import type { ParameterDefaults } from '../contract/training-parameters.ts'
import type { ModelDefaults } from './model.ts'

const EPOCHS = 10
/** Half of them random, a quarter of the plain rule's false calls, the rest the model's own. */
const HOLDS_PER_ANNOTATION = 6
/** One thread, so that the same bits come out whatever the machine's number of cores. */
const THREADS = 1
const FALSE_CALLS_PER_HOUR = 1

/** Null is what the model does not have. */
export function parameterDefaults(defaults: ModelDefaults): ParameterDefaults {
  return {
    epochs: defaults.epochs ?? EPOCHS,
    batch_size: defaults.batchSize,
    learning_rate: defaults.learningRate,
    schedule: defaults.schedule ?? null,
    warmup: defaults.warmup ?? null,
    weight_decay: defaults.weightDecay ?? null,
    clip_norm: defaults.clipNorm ?? null,
    dropout: defaults.dropout ?? null,
    class_weights: defaults.classWeights === true ? { BUY: 1, SELL: 1, HOLD: 1 } : null,
    holds_per_annotation: HOLDS_PER_ANNOTATION,
    augmentation: true,
    pretraining: defaults.pretraining ?? null,
    views: defaults.views,
    seeds: 1,
    early_stopping: 0,
    threads: THREADS,
    false_calls_per_hour: FALSE_CALLS_PER_HOUR,
    permutation_test: false,
  }
}
