// A model's definition from what its file says: name, network and the hyperparameters on top of it.
import { camelCase, EQUAL_CLASSES, settingsFor } from '../contract/parameters.ts'
import type { AgentNetwork, AgentSettings } from './agent/agent.ts'
import { exportAgent } from './agent/export-agent.ts'
import { createClassifierLearner, exportClassifier, type ClassifierOptions } from './classifier.ts'
import { partsOf } from './labelled-rows.ts'
import type {
  AgentDefinition,
  ClassifierDefinition,
  ModelDefaults,
  ModelFacts,
  StepDefaults,
} from './model.ts'
import type { AdamWOptions } from '../nn/optimizer.ts'

type Facts = Pick<ModelFacts, 'id' | 'name' | 'needs'>

/** Hyperparameters by name; those that are called as a parameter of a training are its defaults. */
type Hyperparameters = Readonly<Record<string, number>> &
  Required<Pick<ModelDefaults, 'batchSize' | 'learningRate' | 'views' | 'warmup'>>

interface ClassifierParts extends Facts {
  readonly network: ClassifierOptions['network']
  readonly hyperparameters: Hyperparameters &
    AdamWOptions &
    Pick<ClassifierOptions, 'labelSmoothing' | 'parts'>
}

/** A classifier whose last layers are the parameters that begin with `head`: pre-training keeps all others. */
export function classifier({ network, hyperparameters, ...facts }: ClassifierParts): ClassifierDefinition {
  const { warmup, labelSmoothing, parts = 1 } = hyperparameters
  const options = { network, optimizer: hyperparameters, warmup, labelSmoothing, parts }
  return {
    ...facts,
    defaults: { ...defaultsOf(hyperparameters), classWeights: EQUAL_CLASSES, pretraining: false },
    head: 'head',
    cores: (batchSize) => partsOf(options, batchSize),
    hyperparameters,
    createLearner: (own) => createClassifierLearner(options, own),
    exportOnnx: (weights) => exportClassifier(network, weights),
  }
}

interface AgentParts extends Facts {
  readonly network: AgentNetwork
  readonly hyperparameters: Hyperparameters & AgentSettings
}

/** An agent that trades and learns by the settings among its hyperparameters. */
export function agent({ network, hyperparameters, ...facts }: AgentParts): AgentDefinition {
  return {
    ...facts,
    defaults: defaultsOf(hyperparameters),
    hyperparameters,
    agent: { network, settings: hyperparameters },
    exportOnnx: (weights) => exportAgent(network, weights, hyperparameters.temperature),
  }
}

function defaultsOf(hyperparameters: Hyperparameters): StepDefaults {
  const { batchSize, learningRate, views } = hyperparameters
  const own = settingsFor(['run', 'job', 'learner'], (name) => hyperparameters[camelCase(name)])
  return { ...own, batchSize, learningRate, views, schedule: 'cosine', augmentation: true }
}
