import { describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { createMetrics, createMetricsServer, type MetricsPorts } from '#http/metrics.ts'

const counts: MetricsPorts['queueCounts'] = async () => ({ waiting: 12, active: 3, dead: 1 })
const logger = pino({ level: 'silent' })

describe('metrics', () => {
  const metrics = createMetrics({ queueCounts: counts })
  metrics.countDelivery('stored')
  metrics.countDelivery('stored')
  metrics.countDelivery('store-away')
  metrics.observeAssessment({ outcome: 'assessed', seconds: 0.03 })
  metrics.countGithubRequest(200)
  metrics.countGithubRequest(403)
  metrics.setRateLimitRemaining({ installationId: 5, resource: 'graphql', remaining: 4990 })

  test.each([
    ['deliveries by outcome', 'countersign_deliveries_total{outcome="stored"} 2'],
    ['deliveries turned away', 'countersign_deliveries_total{outcome="store-away"} 1'],
    ['assessments by outcome', 'countersign_assessment_seconds_count{outcome="assessed"} 1'],
    ['their time', 'countersign_assessment_seconds_bucket{le="0.05",outcome="assessed"} 1'],
    ['requests to GitHub by status', 'countersign_github_requests_total{status="403"} 1'],
    [
      'what is left of the rate limit',
      'countersign_github_rate_limit_remaining{installation="5",resource="graphql"} 4990',
    ],
    ['the queue as it is when asked', 'countersign_queue_subjects{state="waiting"} 12'],
    ['dead letters', 'countersign_queue_subjects{state="dead"} 1'],
    ['the process itself', 'process_resident_memory_bytes '],
  ])('tell %s', async (_what, line) => {
    expect(await metrics.render()).toContain(line)
  })

  test('of two apps in one process are apart', async () => {
    expect(await createMetrics({ queueCounts: counts }).render()).not.toContain('outcome="stored"')
  })

  test('leave the queue out while it cannot be reached, and keep the rest', async () => {
    const away = createMetrics({ queueCounts: () => Promise.reject(new Error('away')) })
    away.countDelivery('store-away')
    const text = await away.render()
    expect(text).toContain('countersign_deliveries_total{outcome="store-away"} 1')
    expect(text).not.toContain('state="waiting"')
  })

  test('are served in the format of Prometheus, and nothing else is', async () => {
    const server = createMetricsServer(metrics, logger)
    const reply = await server.inject('/metrics')
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
    expect(reply.body).toContain('countersign_deliveries_total{outcome="stored"} 2')
    expect((await server.inject('/')).statusCode).toBe(404)
    await server.close()
  })
})
