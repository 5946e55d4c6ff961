/** A first policy is read by people, whatever names the resources of a network have. */
import { parse } from 'yaml'
import { expect, it } from 'vitest'
import { firstPolicy } from '../../src/checks/first-policy.ts'
import { estate } from '../build.ts'
import { compiled } from './ask.ts'

it('shows what steers a terminal or the eyes by its code, in comments and in values, which stay what they are', () => {
  const strange = 'a\n\u001b[31m\u202e'
  const shop = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('web', '10.0.1.0/24')
    .with('subnet', 'subnet-web', { Tags: [{ Key: 'Name', Value: strange }] })
    .subnet('db', '10.0.2.0/24')
    .with('subnet', 'subnet-db', { Tags: [{ Key: 'Tier', Value: 'database' }] })
  const text = firstPolicy(compiled(shop), { schema: 'https://schemas.example', snapshot: strange })
  expect(text).toMatch(/# guessed for a\\u000a\\u001b\[31m\\u202e: nothing declares a tier/)
  expect(text).not.toMatch(/[\u001b\u202e]/)
  expect(parse(text)).toMatchObject({ snapshot: strange })
})
