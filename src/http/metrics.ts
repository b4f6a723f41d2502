import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { answerError, answerNotFound } from './problem.ts'

export type DeliveryOutcome = 'stored' | 'duplicate' | 'refused' | 'store-away' | 'failed'

/** What is counted, each by a function that says when to call it. */
export interface Metrics {
  readonly countDelivery: (outcome: DeliveryOutcome) => void
  /** `outcome` is a word of a small fixed set: `assessed`, `gone`, `retried`, `dead`. */
  readonly observeAssessment: (assessed: { readonly outcome: string; readonly seconds: number }) => void
  readonly countGithubRequest: (status: number) => void
  readonly observeTracker: (answered: {
    readonly tracker: string
    readonly outcome: string
    readonly durationMs: number
  }) => void
  readonly setRateLimitRemaining: (of: {
    readonly installationId: number
    readonly resource: string
    readonly remaining: number
  }) => void
  /** In the text format of Prometheus. */
  readonly render: () => Promise<string>
}

export interface MetricsPorts {
  readonly queueCounts: () => Promise<{ readonly waiting: number; readonly active: number; readonly dead: number }>
}

/** Our numbers, in a registry of their own: two apps in one process do not share counts. */
export function createMetrics({ queueCounts }: MetricsPorts): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const deliveries = new Counter({
    name: 'countersign_deliveries_total',
    help: 'Webhook deliveries answered, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const assessments = new Histogram({
    name: 'countersign_assessment_seconds',
    help: 'Time an assessment took, by outcome.',
    labelNames: ['outcome'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const { requests, remaining } = githubMetrics(registers)
  const trackers = new Histogram({
    name: 'countersign_tracker_seconds',
    help: 'Time a call to a tracker took, by tracker and outcome.',
    labelNames: ['tracker', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  queueMetric(registers, queueCounts)
  return {
    countDelivery: (outcome) => deliveries.inc({ outcome }),
    observeAssessment: ({ outcome, seconds }) => assessments.observe({ outcome }, seconds),
    countGithubRequest: (status) => requests.inc({ status }),
    observeTracker: ({ tracker, outcome, durationMs }) => trackers.observe({ tracker, outcome }, durationMs / 1_000),
    setRateLimitRemaining: ({ installationId, resource, remaining: left }) =>
      remaining.set({ installation: installationId, resource }, left),
    render: () => registry.metrics(),
  }
}

/** The server on the private port: numbers for Prometheus, and nothing else. */
export function createMetricsServer(metrics: Metrics, logger: FastifyBaseLogger): FastifyInstance {
  const server = Fastify({ loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }) })
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(answerNotFound)
  server.get('/metrics', async (_request, reply) => {
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.render())
  })
  return server
}

function githubMetrics(registers: Registry[]) {
  const requests = new Counter({
    name: 'countersign_github_requests_total',
    help: 'Requests made to GitHub, by status; 0 when none came.',
    labelNames: ['status'],
    registers,
  })
  const remaining = new Gauge({
    name: 'countersign_github_rate_limit_remaining',
    help: "Requests left in GitHub's hour, by installation and resource, as its last answer said.",
    labelNames: ['installation', 'resource'],
    registers,
  })
  return { requests, remaining }
}

function queueMetric(registers: Registry[], queueCounts: MetricsPorts['queueCounts']): void {
  const subjects = new Gauge({
    name: 'countersign_queue_subjects',
    help: 'Subjects in the work queue, by state. Absent while the queue cannot be reached.',
    labelNames: ['state'],
    registers,
    collect: async () => {
      subjects.reset()
      try {
        for (const [state, count] of Object.entries(await queueCounts())) subjects.set({ state }, count)
      } catch {
        // The other numbers matter most just when the store is away.
      }
    },
  })
}
