import { exemptionOf } from '#tickets/exemption.ts'
import { askTicket, type Judged, judgeTicket } from '#tickets/judge.ts'
import { ticketSettings } from '#tickets/settings.ts'
import { ticketStrictness } from '#tickets/strictness.ts'
import { blind, type Blind, defineChangeControl, met, notApplicable, unmet, type Verdict, waiting } from '../control.ts'

/**
 * Every change traces to one tracked piece of work, which was there before it.
 *
 * By convention the branch name starts with the ticket's key: `BUG-453-fix-broken-dropdown`, also after a prefix, as in
 * `ana/BUG-453-…`. Which projects count is a list, because a shape alone would take `RELEASE-3`, `UTF-8` and
 * `CVE-2026-1234` for tickets. When several places are looked at and they carry different keys, nobody can say which
 * ticket the change is for, so that is unmet too; a description may mention further tickets beside the one in question.
 *
 * Where the policy verifies tickets, their tracker is asked. That it has none, or hides it, is a fact; that it does not
 * answer is none, and never makes a ticket missing: the change waits, or passes until it is judged again. A tracker that
 * is there and has no readable answer to this one question lets nothing pass. Of a merged change it is the ticket at the
 * merge that counts, since trackers close tickets when changes are merged; one made after the merge was not there.
 *
 * A first line of a commit, or a text below it, that holds more than 50 different keys is a list, and does not count.
 *
 * An account is exempt by its id, and only for a change that exempt accounts alone have opened, written and pushed to:
 * else a person could bring work in without a ticket by pushing to a bot's branch, under the bot's name, which anybody
 * can type.
 *
 * What does not count: a key in the middle of a branch name, a key of a project that is not listed, look-alike letters of
 * other scripts. What a key is exactly: `facts/ticket-keys.ts`. Not judged here: whether the ticket is about this work.
 */
export const ticketLink = defineChangeControl({
  id: 'ticket-link',
  title: 'The change names the ticket it is for',
  satisfies: ['ISO27001/A.8.32', 'NIST800-53/CM-3', 'SOC2/CC8.1'],
  needs: ['change', 'commits', 'pushes'],
  mayNeed: ['tickets'],
  settings: ticketSettings,
  strictness: ticketStrictness,

  evaluate({ change, commits, pushes, tickets }, settings) {
    const exemption = exemptionOf({ change, commits, pushes }, settings.exempt)
    if (exemption?.holds === true) return notApplicable(exemption.because)
    const verdict = toVerdict(judgeTicket({ change, commits, settings, tickets }))
    if (verdict.outcome !== 'unmet' || exemption === null) return verdict
    return { ...verdict, because: [...verdict.because, exemption.because] }
  },

  asks({ change, commits, pushes, tickets }, settings) {
    if (!change.known || !commits.known || !pushes.known) return {}
    const hands = { change: change.value, commits: commits.value, pushes: pushes.value }
    if (exemptionOf(hands, settings.exempt)?.holds === true) return {}
    return askTicket({ change: change.value, commits: commits.value, settings, tickets })
  },

  remediation: `
    Name the branch after its ticket, as in \`BUG-453-fix-broken-dropdown\`, or put the key where the policy looks for it.
    Which projects count is the policy's list: controls.ticket-link.projects in countersign.yml.
    While the change waits for the tracker there is nothing to mend in it: it is judged again by itself.
  `,
})

function toVerdict({ judgement, figures }: Judged): Verdict | Blind {
  const { outcome, because } = judgement
  const counted = figures === null ? {} : { figures }
  switch (outcome) {
    case 'met':
      return { ...met(...because), ...counted }
    case 'provisional':
      return { outcome: 'met', because, provisional: true, ...counted }
    case 'unmet':
      return { ...unmet(because, judgement.fix), ...counted }
    case 'waiting':
      return waiting(judgement.awaited, because)
    case 'blind':
      return blind(...because)
  }
}
