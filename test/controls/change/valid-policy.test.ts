import { validPolicy } from '#controls/change/valid-policy.ts'
import { met, notApplicable, unmet } from '#controls/control.ts'
import { checkControl } from '../check-control.ts'

const path = '.github/countersign.yml'
const sound = { path, faults: [], consequences: [] }
const fault = 'Line 3: "projets" is no setting; did you mean "projects"?'
const fix = [`countersign policy check ${path}`]

checkControl(validPolicy, [
  {
    when: 'the change edits no policy',
    facts: { policyEdits: [] },
    expect: notApplicable('The change edits no policy.'),
  },
  {
    when: 'the edited policy is valid',
    facts: { policyEdits: [sound] },
    expect: met(`${path} is valid.`),
  },
  {
    when: 'the edited policy is valid and has consequences: they are told',
    facts: { policyEdits: [{ ...sound, consequences: ['#7 would wait for 1 more approval.'] }] },
    expect: met(`${path} is valid.`, '#7 would wait for 1 more approval.'),
  },
  {
    when: 'the edited policy has faults: all are told, with the command that shows them',
    facts: { policyEdits: [{ ...sound, faults: [fault, 'Line 9: second fault.'] }] },
    expect: unmet([`${path}: ${fault}`, `${path}: Line 9: second fault.`], fix),
  },
  {
    when: 'one of two edited policies has a fault: only that one is named',
    facts: { policyEdits: [sound, { ...sound, path: 'countersign.yml', faults: [fault] }] },
    expect: unmet([`countersign.yml: ${fault}`], ['countersign policy check countersign.yml']),
  },
  {
    when: 'the path of a faulty policy would need quoting: no command is offered',
    facts: { policyEdits: [{ ...sound, path: 'a; rm -rf x.yml', faults: [fault] }] },
    expect: unmet([`a; rm -rf x.yml: ${fault}`]),
  },
  {
    when: 'the path of a faulty policy looks like an option: no command is offered',
    facts: { policyEdits: [{ ...sound, path: '--help', faults: [fault] }] },
    expect: unmet([`--help: ${fault}`]),
  },
])
