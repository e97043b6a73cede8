// The defaults of a model by the names of the interface: its own where it has some, else what holds for every model.
import { camelCase, PARAMETER_NAMES, rowOf, type ParameterName } from '../contract/parameters.ts'
import type { ParameterDefaults } from '../contract/training-parameters.ts'
import type { ModelDefaults } from './model.ts'

/** Null is what the model does not have. */
export function parameterDefaults(defaults: ModelDefaults): ParameterDefaults {
  const own = new Map<string, unknown>(Object.entries(defaults))
  const names = PARAMETER_NAMES.filter((name) => rowOf(name).usual !== 'drawn')
  const values = names.map((name) => [name, own.get(camelCase(name)) ?? usualOf(name)])
  return Object.fromEntries(values) as ParameterDefaults
}

function usualOf(name: ParameterName): unknown {
  const { usual } = rowOf(name)
  return typeof usual === 'object' ? usual.is : null
}
