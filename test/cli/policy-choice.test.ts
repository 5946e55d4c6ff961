/** Files that a policy is made of: one that cannot be read is told by what it was to be. */
import { expect, it } from 'vitest'
import { baselineFor } from '../../src/cli/check.ts'
import { choosePolicy } from '../../src/cli/policy-choice.ts'
import { shippedPolicy } from '../../src/policy/policy-file.ts'

it('a policy that is not there is an error of the policy', async () => {
  await expect(choosePolicy('nowhere.yaml')).rejects.toMatchObject({
    code: 'POLICY_UNREADABLE',
    place: { file: 'nowhere.yaml' },
  })
})

it('a baseline that is not there is an error of the baseline', async () => {
  await expect(baselineFor(shippedPolicy(), 'nowhere.json')).rejects.toMatchObject({
    code: 'BASELINE_UNREADABLE',
    place: { file: 'nowhere.json' },
    hint: 'Make one with ztnet baseline.',
  })
})
