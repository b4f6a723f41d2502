import { nothingAsked } from '#facts/asked.ts'
import type { ObservedChange } from '#engine/observed-change.ts'
import type { Change, ChangeFacts, PolicyEdit } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { leadsToHead, type Push } from '#facts/pushes.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import { foreseePolicy, type ForesightPorts } from './foresee-policy.ts'
import { lookUpAsked, type LookUpPorts } from './look-up.ts'

export interface FactPorts extends ForesightPorts, LookUpPorts {
  /** The pushes our deliveries told of. */
  readonly findPushes: (subject: ChangeSubject) => Promise<readonly Push[]>
  /** Keeps what `collectPushes` found, so that it is asked for once. */
  readonly storePushes: (subject: ChangeSubject, pushes: readonly Push[]) => Promise<void>
  /** The pushes to the head branch since the change was opened, from the repository's activity. */
  readonly collectPushes: (subject: ChangeSubject, change: Change) => Promise<Fact<readonly Push[]>>
}

export interface Incomplete {
  readonly subject: ChangeSubject
  readonly observed: ObservedChange
  /** What it asks for is looked up. */
  readonly policy: EffectivePolicy
}

/** Adds to what one look shows of a change what takes more: its pushes, its policy edits, and what the policy asks for. */
export async function completeFacts({ subject, observed, policy }: Incomplete, ports: FactPorts): Promise<ChangeFacts> {
  const { change } = observed.facts
  const facts: ChangeFacts = {
    ...observed.facts,
    ...nothingAsked,
    pushes: change.known ? await pushesOf(subject, change.value, ports) : change,
    policyEdits: await policyEditsOf(subject, observed, ports),
  }
  return lookUpAsked({ subject, policy, facts, codeOwnersFile: observed.codeOwnersFile }, ports)
}

/**
 * Whoever pushed while the change was open, by our deliveries; where those have a gap, by the repository's activity.
 *
 * GitHub shows us no activity of a fork: there the senders of the webhooks we got are all there is. A gap between them
 * hides a pusher, so it is unknown; also when none came at all, because the change was opened before we were there.
 */
async function pushesOf(subject: ChangeSubject, change: Change, ports: FactPorts): Promise<Fact<readonly Push[]>> {
  const told = await ports.findPushes(subject)
  if (leadsToHead(told, change.headSha)) return known(told)
  if (change.crossRepository) return unknown(untoldInFork)
  const collected = await ports.collectPushes(subject, change)
  if (!collected.known) return collected
  await ports.storePushes(subject, collected.value)
  return known([...told, ...collected.value])
}

const untoldInFork =
  'a push to the branch in the fork was not told to us, and GitHub shows no activity of forks: its webhook is asked for ' +
  'again as long as GitHub keeps it (about three days); should it stay lost, open a new pull request from the branch'

async function policyEditsOf(
  subject: ChangeSubject,
  observed: ObservedChange,
  ports: FactPorts,
): Promise<Fact<readonly PolicyEdit[]>> {
  if (!observed.proposedPolicies.known) return observed.proposedPolicies
  const edits: PolicyEdit[] = []
  for (const proposed of observed.proposedPolicies.value) {
    edits.push({ path: proposed.path, ...(await foreseePolicy({ subject, observed, proposed }, ports)) })
  }
  return known(edits)
}
