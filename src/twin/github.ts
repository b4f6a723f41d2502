import { setTimeout as wait } from 'node:timers/promises'
import { OperationTypeNode } from 'graphql'
import { appKey, verifyAppToken } from './app-credentials.ts'
import { type Contract, loadContract } from './contract/contract.ts'
import { conditional, type Exchange, sendAnswer } from './exchange.ts'
import { type FaultOptions, Faults } from './faults.ts'
import { prepare, run } from './graphql/endpoint.ts'
import { InstallationTokens } from './installation-tokens.ts'
import { withoutBigints } from './json-text.ts'
import { Allowance, type Limits } from './limits.ts'
import { forbidden, Refusal, unauthorized, unprocessable } from './refusal.ts'
import { RequestLog } from './request-log.ts'
import type { Answer, Caller } from './rest/route.ts'
import { routes } from './rest/routes.ts'
import type { Json } from './shapes/json.ts'
import type { World } from './state/world.ts'
import { strike } from './strike.ts'
import type { Webhooks } from './webhooks/webhooks.ts'

export interface GithubOptions {
  readonly world: World
  readonly webhooks: Webhooks
  readonly limits: Limits
  readonly tokenForm: 'short' | 'long'
  readonly report: (violation: string) => void
}

interface Visitor {
  readonly caller: Caller
  readonly allowance: Allowance
}

/** Answers requests as GitHub does: faults first, then who asks, limits, contract, operation. */
export class Github {
  readonly faults = new Faults()
  readonly requests = new RequestLog()
  readonly tokens: InstallationTokens
  limits: Limits
  readonly #world: World
  readonly #webhooks: Webhooks
  readonly #report: (violation: string) => void
  readonly #contract: Contract = loadContract()
  readonly #allowances = new Map<string, Allowance>()

  constructor({ world, webhooks, limits, tokenForm, report }: GithubOptions) {
    this.#world = world
    this.#webhooks = webhooks
    this.#report = report
    this.limits = limits
    this.tokens = new InstallationTokens(world, tokenForm)
  }

  async answer(asked: Exchange): Promise<void> {
    const exchange = { ...asked, path: this.#namedPath(asked.path) }
    const { log, response } = exchange
    const started = performance.now()
    log.template ??= this.#contract.operationFor(log.method, exchange.path)?.template ?? null
    this.requests.add(log)
    const visitor = this.#identify(exchange)
    if ('allowance' in visitor) response.once('close', visitor.allowance.begin())
    const fault = this.faults.strike(log)
    if (fault?.delayMs !== undefined) await wait(fault.delayMs)
    fault?.act?.()
    if (fault && !fault.afterEffect && strikes(exchange, fault)) return
    const answer = this.#answerFor(exchange, visitor)
    log.durationMs = performance.now() - started
    if (fault?.afterEffect && strikes(exchange, fault)) return
    const resource = exchange.isGraphql ? 'graphql' : 'core'
    sendAnswer(exchange, answer, 'allowance' in visitor ? visitor.allowance.headers(resource) : {})
  }

  /** GitHub sends clients to `/repositories/<id>/…` when something has moved, and answers there as under the name. */
  #namedPath(path: string): string {
    const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? []
    const repository = this.#world.repositories.find((candidate) => String(candidate.id) === id)
    return repository ? `/repos/${repository.fullName}${rest}` : path
  }

  #answerFor(exchange: Exchange, visitor: Visitor | Refusal): Answer {
    try {
      if (visitor instanceof Refusal) throw visitor
      return exchange.isGraphql ? this.#graphql(exchange, visitor) : this.#rest(exchange, visitor)
    } catch (error) {
      return this.#refuse(exchange, error)
    }
  }

  /** Who asks and what they have left, or the refusal they will get. */
  #identify(exchange: Exchange): Visitor | Refusal {
    try {
      const caller = this.#authenticate(exchange)
      return { caller, allowance: this.#allowanceOf(caller) }
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }

  #rest(exchange: Exchange, { caller, allowance }: Visitor): Answer {
    const { log, body, path, url } = exchange
    const found = this.#contract.operationFor(log.method, path)
    const operation = found && `${log.method} ${found.template}`
    const route = operation === undefined ? undefined : routes.get(operation)
    if (!found || !route) {
      this.#report(`${log.method} ${path} is not an operation the twin knows.`)
      throw new Refusal(501, { message: `The twin does not know ${log.method} ${path}. Add its route in rest/.` })
    }
    if (body instanceof Error) throw new Refusal(400, { message: 'Problems parsing JSON' })
    allowance.enter({ resource: 'core', operation: route.operation, mutating: log.method !== 'GET' })
    const query = Object.fromEntries(url.searchParams)
    const answer = this.#perform(exchange, found.id, () => {
      this.#checkRequest(found.id, { params: found.params, query, body })
      return route.answer({
        world: this.#world,
        webhooks: this.#webhooks,
        tokens: this.tokens,
        allowance,
        accept: exchange.request.headers.accept ?? '',
        caller,
        params: found.params,
        query,
        path: url.pathname,
        body: (body ?? {}) as Json,
      })
    })
    allowance.spend('core', answer.status === 304 || path === '/rate_limit' ? 0 : 1)
    return answer
  }

  /** Runs an operation, holds its answer to the contract, and spares a client what it has already. */
  #perform(exchange: Exchange, id: string, operate: () => Answer): Answer {
    let answer: Answer
    try {
      answer = operate()
    } catch (error) {
      answer = this.#refuse(exchange, error)
    }
    this.#checkResponse(id, answer)
    return conditional(exchange, answer)
  }

  #graphql({ body, log }: Exchange, { caller, allowance }: Visitor): Answer {
    if (log.method !== 'POST') throw new Refusal(404, { message: 'Not Found' })
    if (typeof body !== 'object' || body === null || body instanceof Error) {
      throw new Refusal(400, { message: 'Problems parsing JSON' })
    }
    if (caller.kind !== 'installation') throw forbidden()
    if (caller.grant.installation.suspendedAt) throw forbidden('This installation has been suspended')
    const prepared = prepare(body as Json)
    if ('errors' in prepared) {
      for (const { message } of prepared.errors) this.#report(`GraphQL ${log.operationName ?? ''}: ${String(message)}`)
      return { status: 200, body: { errors: prepared.errors } }
    }
    const mutating = prepared.operation.operation === OperationTypeNode.MUTATION
    allowance.enter({ resource: 'graphql', operation: 'POST /graphql', mutating })
    try {
      const context = {
        world: this.#world,
        grant: caller.grant,
        allowance,
        cost: prepared.points,
        blindFields: this.faults.blindFields(log),
        report: this.#report,
      }
      return { status: 200, body: run(prepared, context) }
    } finally {
      allowance.spend('graphql', prepared.points)
    }
  }

  #authenticate({ request, log }: Exchange): Caller {
    const [scheme = '', credential = ''] = (request.headers.authorization ?? '').split(' ')
    if (!/^(?:bearer|token)$/i.test(scheme)) throw unauthorized('Requires authentication')
    if (!credential.startsWith('ghs_') && credential.split('.').length === 3) {
      const { app } = this.#world
      const names = [String(app.id), app.clientId]
      verifyAppToken(credential, { publicKey: appKey().publicKey, names }, this.#world.now())
      return { kind: 'app' }
    }
    const grant = this.tokens.grantOf(credential)
    log.installationId = grant.installation.id
    return { kind: 'installation', grant }
  }

  #allowanceOf(caller: Caller): Allowance {
    const name = caller.kind === 'app' ? 'the app' : `installation ID ${caller.grant.installation.id}`
    const allowance = this.#allowances.get(name) ?? new Allowance(name, this.limits, this.#world.now)
    allowance.limits = this.limits
    this.#allowances.set(name, allowance)
    return allowance
  }

  #checkRequest(id: string, request: Parameters<Contract['requestViolations']>[1]): void {
    const violations = this.#contract.requestViolations(id, request)
    for (const violation of violations) this.#report(`Request ${id}: ${violation}`)
    if (violations.length > 0) throw unprocessable('Validation Failed', violations)
  }

  #checkResponse(id: string, { status, body }: Answer): void {
    for (const violation of this.#contract.responseViolations(
      id,
      status,
      id.startsWith('apps/') ? withoutBigints(body) : body,
    )) {
      this.#report(`Reply of ${id}: ${violation}`)
    }
  }

  #refuse({ log }: Exchange, error: unknown): Answer {
    if (error instanceof Refusal) return { status: error.status, body: error.body, headers: error.headers }
    this.#report(
      `${log.method} ${log.path} broke the twin: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    return { status: 500, body: { message: 'Server Error', documentation_url: 'https://docs.github.com/rest' } }
  }
}

/** Does what a fault says instead of answering; false when it only delayed. */
function strikes(exchange: Exchange, fault: FaultOptions): boolean {
  return strike(exchange, fault, (answer) => sendAnswer(exchange, { body: githubFault, ...answer }, {}))
}

const githubFault = { message: 'A fault was asked for', documentation_url: 'https://docs.github.com/rest' }
