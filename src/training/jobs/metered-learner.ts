// A classifier whose steps and predictions are booked apart from the making of what they are fed.
import { glanceOf, isAgent, isClosedForm, type Learner, type ModelDefinition } from '../../models/model.ts'
import type { Spending } from './spending.ts'

/** The same model; of agents and of what is solved at once nothing is told apart. */
export function metered(model: ModelDefinition, spending: Spending | undefined): ModelDefinition {
  if (spending === undefined || isAgent(model) || isClosedForm(model)) return model
  return {
    ...model,
    createLearner: async (options) => meteredLearner(await model.createLearner(options), spending),
  }
}

function meteredLearner(learner: Learner, spending: Spending): Learner {
  return {
    step: (batches) => spending.during('steps', () => learner.step(batches)),
    predict: (inputs) => spending.during('predictions', () => learner.predict(inputs)),
    glance: (inputs) => spending.during('predictions', () => glanceOf(learner, inputs)),
    weights: () => learner.weights(),
    save: () => learner.save(),
    restore: (state) => learner.restore(state),
    close: () => learner.close(),
  }
}
