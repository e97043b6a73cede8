// From where a training begins: fresh seeded weights, or a checkpoint of the same model.
import type { ModelOut } from '../../contract/training.ts'

interface WarmStartProps {
  model: ModelOut
  chosen: string
  choose: (version: string) => void
}

export function WarmStart({ model, chosen, choose }: WarmStartProps) {
  const usable = model.checkpoints.filter((one) => one.broken === null)
  const title =
    'Weights of a checkpoint as the beginning, to add annotations gradually. The result tells figures on old and new cases apart.'
  return (
    <label className="field" title={title}>
      <span>Begin from</span>
      <select
        value={chosen}
        disabled={usable.length === 0}
        onChange={(event) => choose(event.target.value)}
        data-testid="warm-start"
      >
        <option value="">fresh weights</option>
        {usable
          .toSorted((a, b) => b.version.localeCompare(a.version))
          .map(({ version, test_cases, pattern }) => (
            <option key={version} value={version}>
              checkpoint {version}, {test_cases} test cases{pattern === null ? '' : `, ${pattern}`}
            </option>
          ))}
      </select>
    </label>
  )
}
