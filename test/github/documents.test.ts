import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { buildSchema, parse, validate } from 'graphql'
import { baseQuery, changeQuery, headQuery, pageQueries } from '#github/change-query.ts'
import { mergeGroupQuery } from '#github/merge-group-query.ts'
import { openChangesOfOwnerQuery, openChangesOfRepositoryQuery } from '#github/open-changes-query.ts'

/** GitHub's own schema breaks a rule of SDL (a field defined twice): it is taken as it is. */
const schema = buildSchema(
  readFileSync(new URL('../../node_modules/@octokit/graphql-schema/schema.graphql', import.meta.url), 'utf8'),
  { assumeValidSDL: true, assumeValid: true },
)

const documents = {
  Change: changeQuery,
  ChangeBase: baseQuery,
  ChangeHead: headQuery,
  MergeGroup: mergeGroupQuery,
  OpenChanges: openChangesOfOwnerQuery,
  OpenChangesOfRepository: openChangesOfRepositoryQuery,
  ...Object.fromEntries(Object.values(pageQueries).map(({ operationName, document }) => [operationName, document])),
}

describe('GraphQL documents', () => {
  test.each(Object.entries(documents))("%s is valid by GitHub's schema", (operationName, document) => {
    const parsed = parse(document)
    expect(validate(schema, parsed)).toEqual([])
    expect(parsed.definitions[0]).toMatchObject({ kind: 'OperationDefinition', name: { value: operationName } })
  })
})
