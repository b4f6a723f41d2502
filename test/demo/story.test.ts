import { expect, jest, test } from '@jest/globals'
import { playStory } from '#demo/run-demo.ts'
import { setStage } from '#demo/stage.ts'

jest.setTimeout(60_000)

test('every step of the story comes out as told', async () => {
  const stage = await setStage()
  const lines: string[] = []
  const { surprises } = await playStory(stage, (line) => lines.push(line))
  stage.twin.assertClean()
  const token = await stage.issueToken()
  const answer = await fetch(`${stage.url}/api/v1/organizations/acme/summary`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const summary: unknown = await answer.json()
  await stage.close()
  expect({ surprises, told: surprises.length > 0 ? lines.join('\n') : '' }).toEqual({ surprises: [], told: '' })
  expect(answer.status).toBe(200)
  expect(summary).toMatchObject({
    organization: 'acme',
    openChanges: { total: 2 },
    traceability: { merged: 1, verified: 1, share: 1 },
  })
  expect(lines.join('\n')).not.toMatch(/The dropdown stays open|Prices are rounded twice|Reviews are too lax/)
})
