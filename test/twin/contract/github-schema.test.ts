import { describe, expect, test } from '@jest/globals'
import { parse, validate } from 'graphql'
import { githubSchema } from '#twin/contract/contract.ts'

describe('GitHub’s GraphQL schema', () => {
  test.each([
    ['a field it has', '{ repository(owner: "acme", name: "shop") { pullRequest(number: 1) { headRefOid } } }', []],
    ['a field it has not', '{ repository(owner: "acme", name: "shop") { colour } }', ['Cannot query field "colour"']],
    ['a missing argument', '{ repository(owner: "acme") { id } }', ['Field "repository" argument "name"']],
  ])('judges a query with %s', (_, query, errors) => {
    const found = validate(githubSchema(), parse(query)).map(({ message }) => message)
    expect(found).toEqual(errors.map((error) => expect.stringContaining(error)))
  })

  test('is built once', () => {
    expect(githubSchema()).toBe(githubSchema())
  })
})
