import type { Json } from './shapes/json.ts'

/** An answer that is an error, thrown from wherever the reason is found. */
export class Refusal extends Error {
  readonly status: number
  readonly body: Json
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    body: Json & { readonly message: string },
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(body.message)
    this.name = 'Refusal'
    this.status = status
    this.body = { documentation_url: 'https://docs.github.com/rest', ...body }
    this.headers = headers
  }
}

export const unauthorized = (message: string): Refusal => new Refusal(401, { message })

export const forbidden = (message = 'Resource not accessible by integration'): Refusal => new Refusal(403, { message })

/** What GitHub also says of things that exist and are not visible. */
export const notFound = (message = 'Not Found'): Refusal => new Refusal(404, { message })

export const unprocessable = (message: string, errors: readonly string[] = []): Refusal =>
  new Refusal(422, {
    message,
    ...(errors.length > 0 && {
      errors: errors.map((text) => ({ message: text, code: 'custom', resource: 'Twin', field: 'body' })),
    }),
  })
