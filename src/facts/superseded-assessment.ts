import { type ChangeSubject, subjectKey } from './subject.ts'

/** A later assessment of the subject has begun: this one is taken for dead, and what it writes is refused. */
export class SupersededAssessment extends Error {
  constructor(subject: ChangeSubject, number: number) {
    super(`Assessment ${number} of ${subjectKey(subject)} writes no more: a later one has begun.`)
    this.name = 'SupersededAssessment'
  }
}
