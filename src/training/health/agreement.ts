// How far one agrees with oneself: the share of blind second looks that said the same, and what of it is more than chance.
import type { LabelledMoment, MomentLabel, SelfAgreement } from '../../contract/data-set-health.ts'
import { wilson } from '../../signals/confidence.ts'
import { toIso } from '../../core/time.ts'
import type { SecondLook } from '../../annotation/second-looks.ts'
import { listed } from './moments.ts'

const LABELS: readonly MomentLabel[] = ['LONG', 'SHORT', 'HOLD']

/** @param looks each moment once */
export function agreementOf(looks: readonly SecondLook[]): SelfAgreement {
  const agreed = looks.filter(({ label, answer }) => label === answer).length
  const n = looks.length
  const differing = looks.filter(({ label, answer }) => label !== answer)
  return {
    looks: n,
    agreed,
    share: n === 0 ? null : agreed / n,
    interval: n === 0 ? null : wilson(agreed / n, n),
    ...kappaOf(looks),
    answers: LABELS.flatMap((label) =>
      LABELS.map((answer) => ({
        label,
        answer,
        count: looks.filter((look) => look.label === label && look.answer === answer).length,
      })),
    ),
    ...listed(differing.toReversed().map((look) => ({ mark: momentOf(look), answer: look.answer }))),
  }
}

/**
 * Cohen's κ (Cohen 1960): agreement beyond that of two who say each label as often, but of nothing in particular. Its 95 % interval is
 * Wilson's of the agreement, with chance's share taken as known, as Cohen's own standard error takes it. Null where chance alone would
 * agree always, or nothing was looked at.
 */
export function kappaOf(
  looks: readonly Pick<SecondLook, 'label' | 'answer'>[],
): Pick<SelfAgreement, 'kappa' | 'kappa_interval'> {
  const n = looks.length
  const share = (of: 'label' | 'answer', name: MomentLabel): number =>
    looks.filter((look) => look[of] === name).length / n
  const chance = LABELS.reduce((sum, name) => sum + share('label', name) * share('answer', name), 0)
  if (n === 0 || chance === 1) return { kappa: null, kappa_interval: null }
  const beyond = (observed: number): number => (observed - chance) / (1 - chance)
  const observed = looks.filter(({ label, answer }) => label === answer).length / n
  const [low, high] = wilson(observed, n)
  return { kappa: beyond(observed), kappa_interval: [beyond(low), beyond(high)] }
}

function momentOf({ market, at, label, annotationId }: SecondLook): LabelledMoment {
  const { symbol, venue } = market
  return { annotation_id: annotationId, symbol, venue, timestamp: toIso(at), label }
}
