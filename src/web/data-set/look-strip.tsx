// The strip over the charts during a blind second look: which of how many, and the answers.
import { keysToCharts } from '../actions/stand.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { blindMomentOf, type SecondLooking } from '../state/asking.ts'
import type { Command } from '../state/command.ts'
import { dateTime, shortDateTime } from '../state/format.ts'
import { leaveAgain, lookAgainBlind, sayHold, sayLong, sayShort, skipAgain } from './commands.ts'

export function LookStrip({ looking }: { looking: SecondLooking }) {
  const moment = blindMomentOf(looking)
  if (moment === null) return null
  const { index, moments, answered, isSeen } = looking
  const time = Date.parse(moment.timestamp)
  return (
    <div className="strip active" role="group" aria-label="Second look" data-testid="second-look">
      <span className="unseen" role="status">
        Second look {index + 1} of {moments.length}: {dateTime(time)}. What do you see?
      </span>
      <span className="question">
        <b>Second look</b>
        <span className="dim">
          {index + 1} of {moments.length}
        </span>
        <CommandButton command={lookAgainBlind} className="leg time" title="Charts back to it">
          {shortDateTime(time)}
        </CommandButton>
        {isSeen ? (
          <span className="warn">you saw what came after it</span>
        ) : (
          <span className="dim">What would you do here?</span>
        )}
      </span>
      <span className="answers">
        <AnswerButton command={sayLong} words="LONG" />
        <AnswerButton command={sayShort} words="SHORT" />
        <AnswerButton command={sayHold} words="HOLD" />
        <AnswerButton command={skipAgain} words="Skip" />
      </span>
      <span className="suggestion-progress" title="Your marks stay as they are">
        {answered} answered
      </span>
      <CommandButton command={leaveAgain} label="Leave" title={leaveAgain.label}>
        <Keycap command={leaveAgain} />
      </CommandButton>
    </div>
  )
}

function AnswerButton({ command, words }: { command: Command; words: string }) {
  return (
    <CommandButton command={command} title={command.label} before={keysToCharts}>
      {words} <Keycap command={command} />
    </CommandButton>
  )
}
