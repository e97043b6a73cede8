// A model's definition from what its file says: name, network and the hyperparameters on top of it.
import type { AgentNetwork, AgentSettings } from './agent/agent.ts'
import { exportAgent } from './agent/export-agent.ts'
import { createClassifierLearner, exportClassifier, type ClassifierOptions } from './classifier.ts'
import type { AgentDefinition, ClassifierDefinition, ModelDefaults, ModelFacts } from './model.ts'
import type { AdamWOptions } from '../nn/optimizer.ts'

type Facts = Pick<ModelFacts, 'id' | 'name' | 'needs'>

/** Hyperparameters that a run may set otherwise, under the names that all models give them. */
interface RunHyperparameters {
  readonly batchSize: number
  readonly learningRate: number
  readonly views: number
  readonly warmup: number
  readonly weightDecay: number
  readonly clipNorm: number
  readonly dropout: number
}

interface ClassifierParts extends Facts {
  readonly network: ClassifierOptions['network']
  readonly hyperparameters: Readonly<Record<string, number>> &
    RunHyperparameters &
    AdamWOptions &
    Pick<ClassifierOptions, 'labelSmoothing'>
}

/** A classifier whose last layers are the parameters that begin with `head`: pre-training keeps all others. */
export function classifier({ network, hyperparameters, ...facts }: ClassifierParts): ClassifierDefinition {
  const { warmup, labelSmoothing } = hyperparameters
  const options = { network, optimizer: hyperparameters, warmup, labelSmoothing }
  return {
    ...facts,
    defaults: { ...defaultsOf(hyperparameters), classWeights: true, pretraining: false },
    head: 'head',
    hyperparameters,
    createLearner: (own) => createClassifierLearner(options, own),
    exportOnnx: (weights) => exportClassifier(network, weights),
  }
}

interface AgentParts extends Facts {
  readonly network: AgentNetwork
  readonly hyperparameters: Readonly<Record<string, number>> & RunHyperparameters & AgentSettings
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

function defaultsOf(hyperparameters: RunHyperparameters): ModelDefaults {
  const { batchSize, learningRate, views, warmup, weightDecay, clipNorm, dropout } = hyperparameters
  return { batchSize, learningRate, views, schedule: 'cosine', warmup, weightDecay, clipNorm, dropout }
}
