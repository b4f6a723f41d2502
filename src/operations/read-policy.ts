import { catalogue } from '#controls/catalogue.ts'
import type { ChangeSubject } from '#facts/subject.ts'
import type { PolicyOrigin } from '#policy/effective-policy.ts'
import { parsePolicy } from '#policy/parse-policy.ts'
import type { ParsedPolicy, PolicyDocument } from '#policy/policy-document.ts'
import { teamsNamed, unknownTeams } from '#policy/teams-named.ts'
import { type LookUpPorts, organizationTeams } from './look-up.ts'

/**
 * Reads a policy file that is about to count: its text has to be sound, and the teams it names have to exist.
 *
 * Teams that GitHub does not show us are no fault of the file: what rests on them will be unknown, and say why.
 */
export async function readPolicy(
  {
    text,
    layer,
    subject,
  }: { readonly text: string; readonly layer: PolicyOrigin['layer']; readonly subject: ChangeSubject },
  ports: LookUpPorts,
): Promise<ParsedPolicy> {
  const parsed = parsePolicy({ text, layer, catalogue })
  if (!parsed.ok || teamsNamed(parsed.policy).length === 0) return parsed
  const faults = await teamFaults(parsed.policy, subject, ports)
  return faults.length === 0 ? parsed : { ok: false, faults }
}

async function teamFaults(document: PolicyDocument, subject: ChangeSubject, ports: LookUpPorts) {
  const slugs = await organizationTeams(subject, ports)
  return slugs.known ? unknownTeams(document, { organization: subject.owner, slugs: slugs.value }) : []
}
