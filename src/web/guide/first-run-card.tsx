// The first run, as a card under the list: one step at a time, from the first mark to a live signal.
import type { ReactNode } from 'react'
import { infer } from '../actions/learn-commands.ts'
import { CommandButton, Keycap } from '../controls/command-button.tsx'
import { useWhole } from '../state/app-state.ts'
import { plural } from '../state/format.ts'
import { useSelected } from '../state/store.ts'
import { askSuggestion } from '../suggestions/commands.ts'
import { showLargeMove, trainInstant } from './act.ts'
import { showGuide } from './commands.ts'
import { marksLeft, placeOf, stepOf, type StepName } from './first-run.ts'
import { firstRun, putAway, skipReview } from './keep-first-run.ts'

export function FirstRunCard() {
  const { stage, isReviewSkipped } = useSelected(firstRun, (state) => state)
  const step = useWhole((state) => stepOf(state, isReviewSkipped))
  const left = useWhole(marksLeft)
  if (stage !== 'shown') return null
  const { at, of } = placeOf(step)
  return (
    <section className="first-run" aria-label="First run" data-testid="first-run" data-step={step}>
      <header>
        <span className="dim small-text">
          First run, {at} of {of}
        </span>
        <button className="quiet-button small-text" onClick={putAway}>
          Put away
        </button>
      </header>
      <progress value={step === 'done' ? of : at - 1} max={of} aria-label="Steps done" />
      <div aria-live="polite">
        <Step step={step} left={left} />
      </div>
    </section>
  )
}

function Step({ step, left }: { step: StepName; left: number }): ReactNode {
  switch (step) {
    case 'mark':
      return (
        <Card title="Mark a trade that you would have taken">
          <p>
            On the 1s chart click the second where you would have gone in, then the one where you would have
            come out; <kbd>Enter</kbd> saves. The arrow keys move the cursor by a second.
          </p>
          <MoveButton>Show me a large move</MoveButton>
        </Card>
      )
    case 'mark again':
      return (
        <Card title={`Mark ${plural(left, 'more', 'more')} like it`}>
          <p>
            A model learns one pattern at a time. From two marks on, hollow triangles show where{' '}
            <b>instant</b> would call by what it has learnt so far.
          </p>
          <MoveButton>Show me another move</MoveButton>
          <CommandButton command={askSuggestion}>
            Suggest <Keycap command={askSuggestion} />
          </CommandButton>
        </Card>
      )
    case 'review':
      return (
        <Card title="Say what you looked through">
          <p>
            Where you looked and marked nothing, nothing was worth taking: a model learns HOLD from that.{' '}
            <kbd>R</kbd> at its beginning, <kbd>R</kbd> at its end.
          </p>
          <button className="quiet-button" onClick={skipReview}>
            Take half an hour around each mark
          </button>
        </Card>
      )
    case 'train':
      return (
        <Card title="Train">
          <p>The instant model takes seconds; the networks, which learn finer shapes, take minutes.</p>
          <button className="primary small" onClick={() => void trainInstant()}>
            Train the instant model
          </button>
        </Card>
      )
    case 'wait':
      return (
        <Card title="It learns">
          <p>
            What it found of your marks without having seen them comes at the right, beside the best simple
            rule.
          </p>
        </Card>
      )
    case 'watch':
      return (
        <Card title="Watch the live market">
          <p>Each second the model says BUY, SELL or HOLD, and how sure it is.</p>
          <CommandButton command={infer} className="primary small">
            Start <Keycap command={infer} />
          </CommandButton>
        </Card>
      )
    case 'done':
      return (
        <Card title="It is live">
          <p>
            With three marks it knows little. Answer suggestions (<Keycap command={askSuggestion} />
            ), then train again; the guide says how to get to a model worth trusting.
          </p>
          <CommandButton command={showGuide} before={putAway}>
            Open the guide <Keycap command={showGuide} />
          </CommandButton>
        </Card>
      )
  }
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <h2>{title}</h2>
      {children}
    </>
  )
}

function MoveButton({ children }: { children: ReactNode }) {
  return (
    <button className="quiet-button" onClick={() => void showLargeMove()}>
      {children}
    </button>
  )
}
