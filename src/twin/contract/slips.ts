/** A violation that is the description's own fault: GitHub does send this, so the twin may. */
export interface Slip {
  /** The roots of the cut it concerns, such as `checks/create 201` or `pull_request.opened`. */
  readonly where: RegExp
  readonly violation: RegExp
  readonly why: string
  /** The key, when other parts of the description have it: a reason that needs no recorded payload. */
  readonly elsewhere?: string
}

/** The known slips. Each has its reason; a mistake of the twin's own never belongs here. */
export const slips: readonly Slip[] = [
  {
    where: /./,
    violation: /permissions has a key GitHub does not describe: "merge_queues"\.$/,
    why: 'A permission that the payloads of installations describe; other lists were written out before it came.',
    elsewhere: 'merge_queues',
  },
  {
    where: /^pull_request(_review)?\./,
    violation: /\.repo has a key GitHub does not describe: "custom_properties"\.$/,
    why: 'Repositories of organizations carry their custom properties in every payload; here the list leaves them out.',
  },
  {
    where: /^pull_request_review\.edited$/,
    violation: /\.repo has a key GitHub does not describe: "(has_discussions|web_commit_signoff_required)"\.$/,
    why: 'Every other pull request payload needs these settings of a repository; this one was written out before them.',
  },
  {
    where: /^team\./,
    violation: /\.repository has a key GitHub does not describe: "web_commit_signoff_required"\.$/,
    why: 'Every other payload lists this setting of a repository; the team payloads were written out before it came.',
  },
]

/** Operations whose success may be plain text although the description names only JSON, with the reason. */
export const textReplies: ReadonlyMap<string, string> = new Map([
  ['pulls/get', 'The `diff` and `patch` media types give text; the description leaves them out.'],
  ['repos/get-content', 'The `raw` media type gives the file itself; the description leaves it out.'],
])

/** Operations that answer 406 when the diff they were asked for is too large, which the description leaves out. */
export const unacceptableDiffs: ReadonlySet<string> = new Set(['repos/compare-commits-with-basehead'])

const noCommit = 'A commit that is not there is answered with 422, as it is described for the commit itself.'

/** Operations that also answer 422, although their description leaves it out and they take no body. */
export const unprocessableReads: ReadonlyMap<string, string> = new Map([
  ['checks/list-for-ref', noCommit],
  ['checks/list-suites-for-ref', noCommit],
  ['repos/list-pull-requests-associated-with-commit', noCommit],
])
