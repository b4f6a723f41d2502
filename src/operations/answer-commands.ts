import type { Act, AskedCommand, BegunAssessment } from '#engine/assessment.ts'
import type { React } from '#engine/plan.ts'
import { digestOf } from '#facts/digest.ts'
import { type ChangeSubject, subjectKey } from '#facts/subject.ts'
import type { ActPorts } from './act-on-change.ts'

type AnswerPorts = Pick<ActPorts, 'now' | 'apply' | 'recordAnswer'>

/**
 * Answers the commands that people wrote in comments with a reaction each, when what they asked for has been done.
 *
 * To answer twice leaves one reaction, so nothing is noted before. Whoever can comment can read, and may ask.
 */
export async function answerCommands(
  { subject, begun }: { readonly subject: ChangeSubject; readonly begun: BegunAssessment },
  ports: AnswerPorts,
): Promise<void> {
  for (const command of begun.commands) {
    const action = reactionTo(command)
    const externalId = await react(subject, action, ports)
    const at = ports.now().toISOString()
    const act: Act = {
      subject,
      assessment: begun.number,
      key: `reaction/${String(command.commentId)}`,
      digest: digestOf(action),
      state: 'done',
      at,
      externalId,
    }
    await ports.recordAnswer(act, command, {
      kind: 'command.answered',
      occurredAt: command.at,
      receivedAt: at,
      actor: 'countersign',
      reason: action.reason,
      organization: subject.owner,
      subject: subjectKey(subject),
      policyDigest: null,
      payloadDigest: digestOf(command),
    })
  }
}

/** Null when GitHub will not take it, whatever we do: a missing reaction is no reason to judge nothing any more. */
async function react(subject: ChangeSubject, action: React, { apply }: AnswerPorts): Promise<number | null> {
  try {
    return await apply(subject, action, 'fresh')
  } catch (error) {
    if (error instanceof Error && 'permanent' in error) return null
    throw error
  }
}

const reactionTo = ({ commentId, command, by }: AskedCommand): React =>
  command === 'unknown'
    ? { do: 'react', commentId, content: 'confused', reason: `${by} wrote a command that there is not` }
    : { do: 'react', commentId, content: '+1', reason: `${by} asked to look again, and it was done` }
