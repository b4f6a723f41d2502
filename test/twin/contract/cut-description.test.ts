import { describe, expect, test } from '@jest/globals'
import { cutRest, cutWebhooks, type Description } from '#twin/contract/cut-description.ts'
import type { Schema } from '#twin/contract/schema.ts'

const text: Schema = { type: 'string', description: 'Prose', example: 'x' }
const description: Description = {
  paths: {
    '/shops/{shop}': {
      get: {
        operationId: 'shops/get',
        parameters: [
          { $ref: '#/components/parameters/shop' },
          { name: 'page', in: 'query', schema: { type: 'integer' } },
        ],
        responses: {
          '200': {
            content: {
              'application/json': { schema: { $ref: '#/components/schemas/shop' } },
              'application/vnd.github.diff': { schema: { type: 'string' } },
            },
          },
          '304': {},
        },
      },
      put: {
        operationId: 'shops/set',
        requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
        responses: { '400': { content: { 'application/scim+json': { schema: {} } } } },
      },
    },
  },
  webhooks: {
    opened: hook('shop/was-opened'),
    ping: hook('ping'),
    other: hook('other/done'),
  },
  components: {
    parameters: { shop: { name: 'shop', in: 'path', required: true, schema: { type: 'string' } } },
    schemas: {
      shop: {
        type: 'object',
        title: 'Shop',
        properties: { description: text, owner: { $ref: '#/components/schemas/owner' } },
      },
      owner: { properties: { shops: { type: 'array', items: { $ref: '#/components/schemas/shop' } } } },
      unused: { type: 'object' },
      'basic-error': {},
      'validation-error': {},
      'validation-error-simple': {},
    },
  },
}

describe('cutting GitHub’s description', () => {
  const cut = cutRest(description, ['GET /shops/{shop}', 'PUT /shops/{shop}'])

  test('keeps what an operation takes and answers', () => {
    expect(cut.operations['GET /shops/{shop}']).toEqual({
      id: 'shops/get',
      body: 'none',
      statuses: ['200', '304'],
      text: ['200'],
    })
  })

  test('makes one closed schema of the parameters in a place', () => {
    expect([cut.roots['shops/get path'], cut.roots['shops/get query']]).toEqual([
      { type: 'object', properties: { shop: { type: 'string' } }, required: ['shop'], additionalProperties: false },
      { type: 'object', properties: { page: { type: 'integer' } }, required: [], additionalProperties: false },
    ])
  })

  test('keeps a property called description and drops the prose of that name', () => {
    expect(cut.schemas.shop?.properties?.description).toEqual({ type: 'string' })
  })

  test('keeps only the schemas that are reached, also those that refer to each other', () => {
    expect(Object.keys(cut.schemas)).toEqual([
      'basic-error',
      'owner',
      'shop',
      'validation-error',
      'validation-error-simple',
    ])
  })

  test('knows a body that must come, and leaves out the errors of another interface', () => {
    expect([cut.operations['PUT /shops/{shop}']?.body, cut.roots['shops/set 400']]).toEqual(['required', undefined])
  })

  test('gives the same for the lists in any order', () => {
    const other = cutRest(description, ['PUT /shops/{shop}', 'GET /shops/{shop}'])
    expect(JSON.stringify(other)).toBe(JSON.stringify(cut))
  })

  test('names an operation that is not there', () => {
    expect(() => cutRest(description, ['GET /gone'])).toThrow('GitHub\'s description has no operation "GET /gone".')
  })

  test('names webhooks as they are sent, by event and action', () => {
    expect(Object.keys(cutWebhooks(description, ['shop', 'ping']).roots)).toEqual(['ping', 'shop.was_opened'])
  })

  test('names an event that is not there', () => {
    expect(() => cutWebhooks(description, ['ping', 'gone'])).toThrow('no such webhook event: gone.')
  })
})

function hook(operationId: string): NonNullable<Description['webhooks']>[string] {
  const requestBody = { content: { 'application/json': { schema: { type: 'object' } } } }
  return { post: { operationId, requestBody, responses: {} } }
}
