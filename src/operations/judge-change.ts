import { catalogue } from '#controls/catalogue.ts'
import { assess, type Finding } from '#engine/assess.ts'
import type { JudgedRepository } from '#engine/assessment.ts'
import type { ObservedChange } from '#engine/observed-change.ts'
import type { PostedCheck } from '#engine/plan.ts'
import type { ChangeFacts } from '#facts/change-facts.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import { completeFacts, type FactPorts } from './complete-facts.ts'
import { decidePolicy, type PolicyPorts } from './decide-policy.ts'

export interface JudgePorts extends PolicyPorts, FactPorts {
  /** Null: GitHub says that there is no such pull request (any more). */
  readonly observeChange: (subject: ChangeSubject) => Promise<ObservedChange | null>
}

export interface JudgedChange {
  /** Under the name that its repository has now. */
  readonly subject: ChangeSubject
  readonly facts: ChangeFacts
  readonly repository: JudgedRepository
  readonly policy: EffectivePolicy
  readonly findings: readonly Finding[]
  /** What a reader of the check should know about the policy: plain sentences. */
  readonly notes: readonly string[]
  /** Our own check runs on its head, newest first. */
  readonly posted: readonly PostedCheck[]
}

/** Looks at a change and judges it by the policy in force. Null when GitHub has no such change (any more). */
export async function judgeChange(asked: ChangeSubject, ports: JudgePorts): Promise<JudgedChange | null> {
  const observed = await ports.observeChange(asked)
  if (observed === null) return null
  const { owner, name } = observed.repository
  const subject = { ...asked, owner, repository: name }
  const { policy, notes, repository } = await decidePolicy(subject, observed, ports)
  const facts = await completeFacts({ subject, observed, policy }, ports)
  const findings = assess({ catalogue, facts, policy, kind: 'change' })
  return { subject, facts, repository, policy, findings, notes, posted: observed.posted }
}
