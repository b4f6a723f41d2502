import { z } from 'zod'
import { defineChangeControl, met, notApplicable, unmet } from '../control.ts'

/**
 * A change that edits a policy leaves a policy that can be read.
 *
 * Judged are the policy files as the change would leave them. The change itself is still judged by the policy of its
 * base branch: a pull request never sets the rules it is judged by. When the edit is sound, the finding says which open
 * changes would come out differently, so that nobody is surprised after the merge.
 *
 * Not judged here: whether the new rules are wise, and whether the right people agreed (`independent-review`).
 */
export const validPolicy = defineChangeControl({
  id: 'valid-policy',
  title: 'Every policy file that the change edits is valid',
  satisfies: ['NIST800-53/CM-3', 'SOC2/CC8.1', 'SSDF/PO.3.3'],
  needs: ['policyEdits'],
  settings: z.object({}),
  strictness: {},

  evaluate({ policyEdits }) {
    if (policyEdits.length === 0) return notApplicable('The change edits no policy.')

    const faulty = policyEdits.filter((edit) => edit.faults.length > 0)
    if (faulty.length > 0) {
      return unmet(
        faulty.flatMap((edit) => edit.faults.map((fault) => `${edit.path}: ${fault}`)),
        faulty.filter((edit) => plainPath.test(edit.path)).map((edit) => `countersign policy check ${edit.path}`),
      )
    }
    return met(...policyEdits.flatMap((edit) => [`${edit.path} is valid.`, ...edit.consequences]))
  },

  remediation: `
    Mend the listed faults in the policy file and push again; \`countersign policy check FILE\` shows the same faults
    before you push. Until then the last good policy stays in force.
  `,
})

/** A path that needs no quoting in a shell. Policy files have such paths; for any other, no command is offered. */
const plainPath = /^[A-Za-z0-9._/][A-Za-z0-9._/-]*$/
