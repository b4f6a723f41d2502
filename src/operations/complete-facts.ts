import type { ObservedChange } from '#engine/observed-change.ts'
import type { Account, Change, ChangeFacts, PolicyEdit } from '#facts/change-facts.ts'
import { type Fact, known, unknown } from '#facts/fact.ts'
import { leadsToHead, type Push, pushersOf } from '#facts/pushes.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import { foreseePolicy, type ForesightPorts } from './foresee-policy.ts'

export interface FactPorts extends ForesightPorts {
  /** The pushes our deliveries told of. */
  readonly findPushes: (subject: ChangeSubject) => Promise<readonly Push[]>
  /** Keeps what `collectPushes` found, so that it is asked for once. */
  readonly storePushes: (subject: ChangeSubject, pushes: readonly Push[]) => Promise<void>
  /** The pushes to the head branch since the change was opened, from the repository's activity. */
  readonly collectPushes: (subject: ChangeSubject, change: Change) => Promise<Fact<readonly Push[]>>
}

/** Adds to what GitHub shows of a change the two facts that take more than one look: its pushers and its policy edits. */
export async function completeFacts(
  subject: ChangeSubject,
  observed: ObservedChange,
  ports: FactPorts,
): Promise<ChangeFacts> {
  const { change } = observed.facts
  return {
    ...observed.facts,
    pushers: change.known ? await pushersFor(subject, change.value, ports) : change,
    policyEdits: await policyEditsOf(subject, observed, ports),
  }
}

/**
 * Whoever pushed while the change was open, by our deliveries; where those have a gap, by the repository's activity.
 *
 * GitHub shows us no activity of a fork: there the senders of the webhooks we got are all there is. A gap between them
 * hides a pusher, so it is unknown. When none came at all, the change was opened before we were there, or every webhook
 * of its pushes was lost: its pushers are then none that we know of, beside whoever the commits name.
 */
async function pushersFor(subject: ChangeSubject, change: Change, ports: FactPorts): Promise<Fact<readonly Account[]>> {
  const told = await ports.findPushes(subject)
  if (leadsToHead(told, change.headSha)) return known(pushersOf(told))
  if (change.crossRepository) return told.length === 0 ? known([]) : unknown(untoldInFork)
  const collected = await ports.collectPushes(subject, change)
  if (!collected.known) return collected
  await ports.storePushes(subject, collected.value)
  return known(pushersOf([...told, ...collected.value]))
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
