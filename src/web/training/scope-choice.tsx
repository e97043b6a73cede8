// On which annotations: all, those chosen in the list, those of a tag or between two dates; and which pattern, where they show several.
import { plural, readSoFar } from '../state/format.ts'
import { useWhole } from '../state/app-state.ts'
import { isBlind } from '../state/horizon.ts'
import { ALL_PATTERNS } from '../marking/checkpoints.ts'
import { ALL, CHOSEN, DATES, tagsOf, type Counted, type Scope } from './scope.ts'

interface ScopeChoiceProps {
  scope: Scope
  choose: (scope: Scope) => void
  patterns: readonly Counted[]
  pattern: string
  choosePattern: (pattern: string) => void
}

export function ScopeChoice({ scope, choose, patterns, pattern, choosePattern }: ScopeChoiceProps) {
  const annotations = useWhole((state) => state.annotations)
  const chosen = useWhole((state) => state.chosen.length)
  const isReading = useWhole((state) => state.isReadingOlder)
  const isHidden = useWhole(({ cursor }) => isBlind(cursor))
  // How many there are tells of later ones.
  const counted = (count: number) => (isHidden ? '' : ` (${readSoFar(count, isReading)})`)
  const tags = tagsOf(annotations)
  return (
    <div className="field-row">
      <label className="field grow">
        <span>On</span>
        <select value={scope} onChange={(event) => choose(event.target.value)} data-testid="training-scope">
          <option value={ALL}>
            {isReading || isHidden ? 'all annotations' : `all ${plural(annotations.length, 'annotation')}`}
          </option>
          <option value={CHOSEN} disabled={chosen === 0}>
            {chosen === 0 ? 'chosen in the list (C)' : `${chosen} chosen in the list`}
          </option>
          {tags.map(({ name, count }) => (
            <option key={name} value={`tag:${name}`}>
              tagged {name}
              {counted(count)}
            </option>
          ))}
          <option value={DATES}>entered between …</option>
        </select>
      </label>
      {patterns.length > 1 && (
        <label className="field grow">
          <span>Pattern</span>
          <select
            value={pattern}
            onChange={(event) => choosePattern(event.target.value)}
            data-testid="training-pattern"
          >
            <option value="">choose …</option>
            {patterns.map(({ name, count }) => (
              <option key={name} value={name}>
                {name}
                {counted(count)}
              </option>
            ))}
            <option value={ALL_PATTERNS}>all together</option>
          </select>
        </label>
      )}
    </div>
  )
}
