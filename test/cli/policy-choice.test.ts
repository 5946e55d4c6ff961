/** Files that a policy is made of: one that cannot be read is told by what it was to be. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { baselineFor, choosePolicy } from '../../src/cli/policy-choice.ts'
import { shippedPolicy } from '../../src/policy/policy-file.ts'
import { folder } from './process.ts'

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

it('a baseline that is not there is an error, too, where the policy names it', async () => {
  const file = join(folder({ 'ztnet.yaml': 'version: 1\nci: { baseline: accepted.json }\n' }), 'ztnet.yaml')
  await expect(baselineFor(await choosePolicy(file), undefined)).rejects.toMatchObject({
    code: 'BASELINE_UNREADABLE',
    message: expect.stringMatching(/accepted\.json is not there, which ci\.baseline of .*ztnet\.yaml names$/) as string,
    hint: `Make it with ztnet baseline --policy ${file}, or take ci.baseline out of the policy.`,
  })
  expect(await baselineFor(await choosePolicy(file), false)).toBeUndefined()
})

it('a policy that is a folder is told so', async () => {
  await expect(choosePolicy(folder())).rejects.toMatchObject({
    code: 'POLICY_UNREADABLE',
    message: 'cannot read: it is a folder',
  })
})

it.each([
  ['UTF-8', Buffer.from('version: 1\n')],
  ['UTF-8 with a byte order mark', Buffer.from('\ufeffversion: 1\n')],
  ['what Windows PowerShell redirected: UTF-16 with a byte order mark', Buffer.from('\ufeffversion: 1\r\n', 'utf16le')],
])('a policy may be %s', async (_, bytes) => {
  const file = join(folder(), 'ztnet.yaml')
  writeFileSync(file, bytes)
  expect((await choosePolicy(file)).rules).toEqual([])
})
