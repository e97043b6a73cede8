// The strip over the charts while a suggestion is asked: which side, how sure, the answers, and what the answers so far brought.
import type { SuggestionOut } from '../../contract/suggestions.ts'
import { keysToCharts } from '../actions/stand.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useApp, useWhole } from '../state/app-state.ts'
import type { Suggesting } from '../state/asking.ts'
import type { Command } from '../state/command.ts'
import { horizonOf } from '../state/horizon.ts'
import { shortDateTime } from '../state/format.ts'
import {
  acceptSuggestion,
  askSuggestion,
  holdSuggestion,
  leaveSuggestions,
  skipSuggestion,
  turnSuggestion,
} from './commands.ts'
import { gainText, kindText, lastText, paceText, sentenceOf, worthOf } from './words.ts'

export function SuggestionStrip({ suggesting }: { suggesting: Suggesting }) {
  const { question, reason } = suggesting
  return (
    <div className="strip active" role="group" aria-label="Suggestion" data-testid="suggestion">
      <span className="unseen" role="status">
        {sentenceOf(suggesting)}
      </span>
      {question === null ? (
        <span className={reason === null ? 'dim' : 'suggestion-reason'} title={reason ?? undefined}>
          {reason ?? 'Looking for the next …'}
        </span>
      ) : (
        <Question question={question} />
      )}
      <span className="answers">
        <AnswerButton command={acceptSuggestion} words="Accept" isAsked={question !== null} />
        <AnswerButton command={holdSuggestion} words="HOLD" isAsked={question !== null} />
        <AnswerButton command={turnSuggestion} words="Other side" isAsked={question !== null} />
        <AnswerButton command={skipSuggestion} words="Skip" isAsked={question !== null} />
      </span>
      <Progress suggesting={suggesting} />
      <CommandButton command={leaveSuggestions} label="Skip it and leave" title="Skip it and leave">
        <Keycap command={leaveSuggestions} />
      </CommandButton>
    </div>
  )
}

function Question({ question }: { question: SuggestionOut }) {
  const isLong = question.direction === 'LONG'
  return (
    <span className="question" title="What the instant model scores; not calibrated">
      <b className={isLong ? 'up' : 'down'}>{isLong ? '▲ LONG' : '▼ SHORT'}</b>
      <span>
        <span className="dim">score</span> {question.score.toFixed(2)}{' '}
        <span className="dim">{kindText(question)}</span>
      </span>
      <CommandButton command={askSuggestion} className="leg time" title="Charts back to it">
        {shortDateTime(Date.parse(question.entry.timestamp))}
      </CommandButton>
    </span>
  )
}

interface AnswerProps {
  command: Command
  words: string
  /** There is a question to answer. */
  isAsked: boolean
}

function AnswerButton({ command, words, isAsked }: AnswerProps) {
  return (
    <CommandButton command={command} title={command.label} before={keysToCharts} disabled={!isAsked}>
      {words} <Keycap command={command} />
    </CommandButton>
  )
}

/** Quiet: what became of the last answer, labels an hour, and what the model gained by them. */
function Progress({ suggesting }: { suggesting: Suggesting }) {
  // A figure alone, of all marks: it tells nothing of what is hidden.
  const preview = useWhole((state) => state.preview)
  const horizon = useApp(({ cursor }) => horizonOf(cursor))
  const isOld = useApp((state) => state.isPreviewOld)
  const pace = paceText(suggesting)
  const gain = isOld ? null : gainText(suggesting, worthOf(preview, suggesting.labels))
  const parts = [lastText(suggesting, horizon), pace, gain].filter((part) => part)
  return (
    <span
      className="suggestion-progress"
      data-testid="suggestion-progress"
      title={`${parts.join(' · ')}. F1 is of the instant model, out of fold, since you began.`}
    >
      {parts.join(' · ')}
    </span>
  )
}
