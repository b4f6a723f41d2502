import { z } from 'zod'

export type PolicyBotFile = z.output<typeof policyBotFile>
export type PolicyBotRule = NonNullable<PolicyBotFile['approval_rules']>[number]
export type Predicates = z.output<typeof predicates>
export type Actors = z.output<typeof actors>
export type Options = z.output<typeof options>
export type Disapproval = z.output<typeof disapproval>

const text = z.string('Put this in quotes: policy-bot reads it as text.')
const texts = z.array(text)

/** policy-bot reads YAML 1.1, where these words are booleans. */
const words: Readonly<Record<string, boolean>> = { y: true, yes: true, on: true, n: false, no: false, off: false }

const flag = z.preprocess(
  (value) => (typeof value === 'string' ? (words[value.toLowerCase()] ?? value) : value),
  z.boolean('This is true or false.'),
)
const count = z.int('This is a whole number.')

const actorKeys = {
  users: texts.optional(),
  teams: z.array(text.regex(/^[^/\s]+\/[^/\s]+$/, 'A team is written organization/team.')).optional(),
  organizations: texts.optional(),
  permissions: z.array(z.enum(['none', 'read', 'triage', 'write', 'maintain', 'admin'])).optional(),
  /** The deprecated forms of `permissions: [admin]` and `permissions: [write]`. */
  admins: flag.optional(),
  write_collaborators: flag.optional(),
}
const actors = z.strictObject(actorKeys)

const files = { paths: texts.optional(), globs: texts.optional() }
const filesBut = z.strictObject({ ...files, ignore: texts.optional(), ignore_globs: texts.optional() })
const someFiles = z.strictObject(files)
const branch = z.strictObject({ pattern: text.optional() })
const comparison = text.regex(
  /^\s*[<>=][ \t]*-?\d{1,15}\s*$/,
  'This compares a number: one of < > = and the number, as in "> 100".',
)
const matching = z.strictObject({ matches: texts.optional(), not_matches: texts.optional() })
const perProperty = z.record(z.string(), texts)

const predicates = z.strictObject({
  changed_files: filesBut.optional(),
  no_changed_files: filesBut.optional(),
  only_changed_files: someFiles.optional(),
  file_added: someFiles.optional(),
  file_not_added: someFiles.optional(),
  file_deleted: someFiles.optional(),
  file_not_deleted: someFiles.optional(),
  has_author_in: actors.optional(),
  has_contributor_in: actors.optional(),
  only_has_contributors_in: actors.optional(),
  author_is_only_contributor: flag.optional(),
  targets_branch: branch.optional(),
  from_branch: branch.optional(),
  modified_lines: z
    .strictObject({
      additions: comparison.optional(),
      deletions: comparison.optional(),
      total: comparison.optional(),
      files: z
        .strictObject({
          include: texts.optional(),
          include_globs: texts.optional(),
          exclude: texts.optional(),
          exclude_globs: texts.optional(),
        })
        .optional(),
    })
    .optional(),
  has_status: z.strictObject({ conclusions: texts.optional(), statuses: texts.optional() }).optional(),
  has_successful_status: texts.optional(),
  has_workflow_result: z.strictObject({ conclusions: texts.optional(), workflows: texts.optional() }).optional(),
  has_labels: texts.optional(),
  repository: matching.optional(),
  title: matching.optional(),
  has_valid_signatures: flag.optional(),
  has_valid_signatures_by: actors.optional(),
  has_valid_signatures_by_keys: z.strictObject({ key_ids: texts.optional() }).optional(),
  custom_property_is_null: texts.optional(),
  custom_property_is_not_null: texts.optional(),
  custom_property_matches_any_of: perProperty.optional(),
  custom_property_matches_none_of: perProperty.optional(),
})

const methods = z.strictObject({
  comments: texts.optional(),
  comment_patterns: texts.optional(),
  github_review: flag.optional(),
  github_review_comment_patterns: texts.optional(),
  body_patterns: texts.optional(),
})

const options = z.strictObject({
  allow_author: flag.optional(),
  allow_contributor: flag.optional(),
  allow_non_author_contributor: flag.optional(),
  invalidate_on_push: flag.optional(),
  ignore_edited_comments: flag.optional(),
  ignore_update_merges: flag.optional(),
  ignore_commits_by: actors.optional(),
  request_review: z
    .strictObject({ enabled: flag.optional(), mode: text.optional(), count: count.optional() })
    .optional(),
  methods: methods.optional(),
})

const rule = z.strictObject({
  name: text,
  description: text.optional(),
  if: predicates.optional(),
  options: options.optional(),
  requires: z.strictObject({ count: count.optional(), ...actorKeys, conditions: predicates.optional() }).optional(),
})

const disapproval = z.strictObject({
  if: predicates.optional(),
  options: z
    .strictObject({
      methods: z.strictObject({ disapprove: methods.optional(), revoke: methods.optional() }).optional(),
    })
    .optional(),
  requires: actors.optional(),
})

/**
 * What a `.policy.yml` of policy-bot may say, up to the version that knows `approval_defaults`.
 *
 * `approval` is read by `toTree`, which is kinder about it than a schema of nested alternatives can be.
 */
export const policyBotFile = z.strictObject({
  policy: z.strictObject({ approval: z.array(z.unknown()).optional(), disapproval: disapproval.optional() }).optional(),
  approval_defaults: z.strictObject({ options: options.optional() }).optional(),
  approval_rules: z.array(rule).optional(),
  remote: text.optional(),
  path: text.optional(),
  ref: text.optional(),
})

/** Every key of the format by where it stands, for those who have to show that none is left out. */
export const optionKeys = Object.keys(options.shape)
export const predicateKeys = Object.keys(predicates.shape)
