import { describe, expect, test } from '@jest/globals'
import { type PolicyProposal, faultSentence, validateEdit } from '#policy/validate-policy.ts'
import { layerOf, sampleCatalogue } from './sample-catalogue.ts'

const strict = layerOf('organization', '{ mode: enforce, locked: [plain], groups: [] }')
const misfit = layerOf('organization', 'controls: { independent-review: { must-differ: true } }')

describe('an edited policy', () => {
  test.each<[sentence: string, proposal: Pick<PolicyProposal, 'layer' | 'text' | 'organization'>, faults: string[]]>([
    ['is sound when empty', { layer: 'organization', text: '', organization: null }, []],
    ['may be deleted', { layer: 'repository', text: null, organization: strict }, []],
    ['is sound when it tightens', { layer: 'repository', text: 'mode: enforce', organization: strict }, []],
    [
      'is told its faults with line and path',
      { layer: 'repository', text: 'checks: single\nmode: of\ncontrol: {}', organization: strict },
      [
        'Line 2, mode: "of" is not possible here. Did you mean "off"?',
        'Line 3, control: There is no key "control" here. Did you mean "controls"?',
      ],
    ],
    [
      'is told what concerns the whole file',
      { layer: 'organization', text: '\u0001', organization: null },
      ['Line 1: The file holds control characters. Save it as plain text in UTF-8.'],
    ],
    [
      'is told what it would weaken in vain',
      { layer: 'repository', text: 'controls:\n  plain: { mode: off }', organization: strict },
      [
        'Line 2, controls.plain.mode: acme/.github locks plain.mode at "enforce": "off" is weaker and has no effect here.',
      ],
    ],
    [
      'is told which of its own settings do not fit each other',
      { layer: 'organization', text: 'controls: { independent-review: { must-differ: true } }', organization: null },
      [
        'Line 1, controls.independent-review.must-differ: With one rule there is nothing to differ. The settings of independent-review do not fit each other, so these have no effect.',
      ],
    ],
    ["is not told its organization's faults", { layer: 'repository', text: 'mode: off', organization: misfit }, []],
    [
      "is not held against the organization's present one when it replaces it",
      { layer: 'organization', text: 'mode: off', organization: strict },
      [],
    ],
  ])('%s', (_sentence, proposal, faults) => {
    const target = { name: 'api-pay', topics: [], properties: {} }
    expect(validateEdit({ ...proposal, catalogue: sampleCatalogue, target })).toEqual(faults)
  })
})

test.each<[fault: Parameters<typeof faultSentence>[0], sentence: string]>([
  [{ path: 'a.b', line: 3, message: 'Wrong.' }, 'Line 3, a.b: Wrong.'],
  [{ path: '', line: 3, message: 'Wrong.' }, 'Line 3: Wrong.'],
  [{ path: 'a.b', line: null, message: 'Wrong.' }, 'a.b: Wrong.'],
  [{ path: '', line: null, message: 'Wrong.' }, 'Wrong.'],
])('a fault %o reads %j', (fault, sentence) => {
  expect(faultSentence(fault)).toBe(sentence)
})
