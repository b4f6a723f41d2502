import type { Change, ChangeFacts } from '#facts/change-facts.ts'
import type { Cause, ChangeSubject } from '#facts/subject.ts'
import type { EffectivePolicy } from '#policy/effective-policy.ts'
import type { PolicyTarget } from '#policy/select-repository.ts'
import type { TicketName, TicketReading } from '#facts/ticket.ts'
import type { Finding } from './assess.ts'
import type { ObservedRepository } from './observed-change.ts'
import type { Standing } from './standing.ts'

/** A repository as a policy's groups select it. */
export interface JudgedRepository extends ObservedRepository {
  /** Custom properties; empty when no policy asks for any. */
  readonly properties: PolicyTarget['properties']
}

/** One look at a subject and what was found, by which policy. */
export interface Assessment {
  readonly subject: ChangeSubject
  readonly number: number
  readonly cause: Cause
  /** When we looked. ISO 8601, UTC. */
  readonly at: string
  readonly facts: ChangeFacts
  readonly repository: JudgedRepository
  readonly findings: readonly Finding[]
  readonly policy: EffectivePolicy
}

/** What is remembered of a subject when it is assessed anew. */
export interface BegunAssessment {
  /** 1 for the first of its subject. */
  readonly number: number
  /** Digest of the findings last recorded; null for a subject never recorded. */
  readonly findingsDigest: string | null
  /** How it was last recorded; null for a subject never recorded. */
  readonly state: Change['state'] | 'gone' | null
  readonly standing: Standing | null
  /** What was written about this subject on GitHub before. */
  readonly acts: readonly Act[]
  /** Commands that wait for their answer, oldest first. */
  readonly commands: readonly AskedCommand[]
  /** What was recorded last rests on a tracker that did not answer. */
  readonly restsOnOutage: boolean
}

/** `/countersign …` in a comment on a change. `unknown`: it is none that we know. */
export interface AskedCommand {
  readonly commentId: number
  readonly command: 'recheck' | 'unknown'
  /** Who wrote it, and when. ISO 8601, UTC. */
  readonly by: string
  readonly at: string
}

/** What we keep of GitHub's answers about things that move slowly, until a webhook or their age says to ask again. */
export type KeptKind =
  | 'teams'
  | 'team-members'
  | 'permission'
  | 'organization-members'
  | 'properties'
  | 'merge-base'
  | 'revision'
  | 'previous-paths'

/** One answer of GitHub's that we keep. `repositoryId` is 0 for what belongs to the whole organization. */
export interface KeptAnswer {
  readonly kind: KeptKind
  readonly installationId: number
  readonly repositoryId: number
  /** Within its kind and place: a team's name, an account id, `<merge base>..<commit>`. */
  readonly key: string
}

/** Something written on GitHub, once per key: `check/<head>/<name>`, `comment/<marker>`, `reaction/<comment id>`. */
export interface Act {
  readonly subject: ChangeSubject
  /** The number of the assessment that did it. */
  readonly assessment: number
  readonly key: string
  /** Digest of what was written. */
  readonly digest: string
  readonly state: 'intended' | 'done'
  /** When it was intended, or done. ISO 8601, UTC. */
  readonly at: string
  /** GitHub's id of it; null while intended. */
  readonly externalId: number | null
}

/** Another open change with the same head commit, as it was last found. */
export interface SharedHead {
  readonly number: number
  readonly findings: readonly Finding[]
}

/** What was last seen of an open change, to be judged again. */
export interface RecordedFacts {
  readonly subject: ChangeSubject
  readonly facts: ChangeFacts
  readonly repository: JudgedRepository
}

/** A change as we last recorded it. */
export interface RecordedChange {
  readonly subject: ChangeSubject
  readonly headSha: string
  /** When we last looked at it. ISO 8601, UTC. */
  readonly lookedAt: string
  /** Null when it has begun and was never recorded. */
  readonly standing: Standing | null
  /** The latest look failed: what is recorded is older than it should be. */
  readonly isStale: boolean
}

/** What we keep of a tracker's answers about one ticket. */
export interface KeptTicket {
  /** The latest; null when there is none. */
  readonly reading: TicketReading | null
  /**
   * What came after the reading's question began. `requested`: somebody wants the ticket read anew. `touched`: we were
   * told that it is another now.
   */
  readonly since: 'nothing' | 'requested' | 'touched'
  /** When the ticket was first touched since. ISO 8601, UTC. Null: it was not. */
  readonly touchedAt: string | null
  /** When the ticket was first touched of the touches that the reading answers; null when there were none. */
  readonly answersTouchAt: string | null
  readonly generation: TicketGeneration
}

/** How often we heard of a ticket so far. What is asked for now answers all of it: clocks differ, counts do not. */
export interface TicketGeneration {
  readonly touches: number
  readonly requests: number
}

/** A ticket as a change was last recorded to rest on it. */
export interface RecordedTicket extends TicketName, TicketReading {
  readonly subject: ChangeSubject
}
