import { pruneApiCalls } from './api-calls.ts'
import { pruneDeliveries } from './deliveries.ts'
import { pruneKeptAnswers } from './kept-answers.ts'
import { pruneMergeGroups } from './merge-groups.ts'
import type { Connection } from './tables.ts'

const dayMs = 24 * 3_600_000
/** GitHub redelivers for 3 days; the rest is for whoever looks into what happened. */
const deliveriesKeptMs = 14 * dayMs
/** An audit period, and some. */
const apiCallsKeptMs = 400 * dayMs
/** What is older is asked for again, should anybody want to know. */
const answersKeptMs = 30 * dayMs
const mergeGroupsKeptMs = 30 * dayMs

/** How much of each was removed. */
export interface Pruned {
  readonly deliveries: number
  readonly apiCalls: number
  readonly keptAnswers: number
  readonly mergeGroups: number
}

/** Removes what has served. The ledger keeps everything. */
export async function pruneStore(on: Connection, now: Date): Promise<Pruned> {
  const before = (keptMs: number): Date => new Date(now.getTime() - keptMs)
  return {
    deliveries: await pruneDeliveries(on, before(deliveriesKeptMs)),
    apiCalls: await pruneApiCalls(on, before(apiCallsKeptMs)),
    keptAnswers: await pruneKeptAnswers(on, before(answersKeptMs)),
    mergeGroups: await pruneMergeGroups(on, before(mergeGroupsKeptMs)),
  }
}
