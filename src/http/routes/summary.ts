import type { FastifyPluginAsync } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { OrganizationSummary } from '#operations/summarize-organization.ts'
import type { Period } from '#operations/summarize-traceability.ts'
import { noOrganization, requireReader } from '../access.ts'
import { problemSchema, problemType } from '../problem.ts'
import { periodSchema } from './period.ts'
import { because, count, reference, time } from './summary-parts.ts'
import { traceabilitySchema } from './traceability-schema.ts'

export interface SummaryPorts {
  /** Null when the app is not installed on the organization. Without a period: the last 90 days. */
  readonly summarize: (organization: string, period: Period | null) => Promise<OrganizationSummary | null>
}

const mode = z.enum(['observe', 'enforce'])
const outcome = z.enum(['met', 'unmet', 'waiting', 'not-applicable', 'undetermined'])

const byStanding = z
  .object({ met: count, unmet: count, waiting: count, undetermined: count })
  .describe('A change counts once, by its worst finding: unmet, then undetermined, then waiting, then met.')

const policy = z.object({
  organization: z
    .object({ repository: z.string(), path: z.string(), commitSha: z.string() })
    .nullable()
    .describe('The policy file in force; null when there is none, and the preset soc2 applies in observe.'),
  modes: z.array(z.object({ control: z.string(), mode, changes: count })),
  versions: z
    .array(z.object({ digest: z.string(), changes: count }))
    .describe('Digests of the policies applied, most used first.'),
})

const mergedWindow = z.object({
  days: z.literal([7, 30, 90]),
  merged: count,
  met: count,
  unmet: count,
  undetermined: count.describe('Could not be judged: part of no share.'),
  shareMet: z.number().min(0).max(1).nullable().describe('met / (met + unmet); null when nothing was judged.'),
})

/** What the summary route answers: the view of `summarizeOrganization`, described for the API. */
const summarySchema = z
  .object({
    organization: z.string(),
    at: time,
    policy,
    openChanges: z.object({
      total: count,
      byStanding,
      byControl: z.array(z.object({ control: z.string(), mode, outcome, changes: count })),
    }),
    stale: z
      .object({ changes: count, since: time.nullable() })
      .describe('Open changes whose last look failed, and since when the oldest of their answers may be out of date.'),
    merged: z.array(mergedWindow).describe('The last 7, 30 and 90 days.'),
    traceability: traceabilitySchema,
    waitingLongest: z
      .array(z.object({ ...reference, since: time, control: z.string(), because }))
      .describe('At most 20, longest first.'),
    undetermined: z.object({
      total: count,
      findings: z.array(z.object({ ...reference, control: z.string(), because })).describe('At most 100.'),
    }),
  })
  .describe('How the changes of an organization stand.')

const problem = (description: string) => ({ description, content: { [problemType]: { schema: problemSchema } } })

const schema = {
  operationId: 'getSummary',
  summary: 'How an organization stands',
  description:
    'Open changes by finding and control, merged changes with the share that met the policy and how they trace to tickets, what waits longest, and what could not be determined and why.',
  params: z.object({
    org: z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be the login of an organization')
      .describe('Login of the organization.'),
  }),
  querystring: z.object({ period: periodSchema.optional() }),
  response: {
    200: {
      description: 'The summary.',
      content: { 'application/json': { schema: summarySchema } },
    },
    400: problem('The organization is not a login, or the period is none.'),
    401: problem('No token in force was sent.'),
    403: problem("The token's role may not read this."),
    404: problem('The token is for another organization, or the app is not installed on this one.'),
    429: problem('Too many requests; Retry-After says how long to wait.'),
    503: problem('The server is busy or its store is away; Retry-After says how long to wait.'),
  },
}

/** `GET /organizations/{org}/summary`: one operation, asked and answered. */
export const summaryRoutes = ({ summarize }: SummaryPorts): FastifyPluginAsync => {
  const routes: FastifyPluginAsyncZod = async (scope) => {
    await Promise.resolve()
    scope.get('/organizations/:org/summary', { schema }, async (request, reply) => {
      const { org: organization } = request.params
      requireReader(request.account, { organization, what: 'summary' })
      const summary = await summarize(organization, request.query.period ?? null)
      if (summary === null) throw noOrganization()
      return reply.header('cache-control', 'no-store').send(toJson(summary))
    })
  }
  return routes
}

/** The same value with mutable lists, as the schema's type has them. */
function toJson(summary: OrganizationSummary): z.output<typeof summarySchema> {
  return summarySchema.parse(summary)
}
