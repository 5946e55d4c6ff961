/** Sentences in singular and plural, and what is told once: as people would say it, whatever the answer. */
import { describe, expect, it } from 'vitest'
import { compile, diff } from '../../src/index.ts'
import type { FindingChanges } from '../../src/diff/finding-changes.ts'
import { checkMarkdown } from '../../src/report/check-markdown.ts'
import { summaryOf } from '../../src/report/check-words.ts'
import { diffMarkdown } from '../../src/report/diff-markdown.ts'
import { reachText } from '../../src/report/reach-text.ts'
import { styleOf } from '../../src/report/style.ts'
import { estate } from '../build.ts'
import { check } from '../checks/ask.ts'
import { commits } from '../diff/history.ts'
import { examples } from '../examples/all.ts'

const plain = styleOf({ colour: false, columns: 200 })
const shop = compile(examples.get('three-tier')!)

const answer = (from: string, to: string): string => reachText(shop.reach(from, to), plain, { explain: true })

describe('an end', () => {
  it('that is a block or an address is told once', () => {
    expect(answer('10.20.0.0/16', '10.20.64.12')).toMatch(/^ {2}from {2}10\.20\.0\.0\/16, CIDR block$/m)
    expect(answer('10.20.0.0/16', '10.20.64.12')).toMatch(/^ {2}to {4}10\.20\.64\.12, address, eni-0aec72a5b66081727$/m)
  })

  it('that was named with its prefix is told without', () => {
    expect(answer('ip:10.99.0.1', 'internet')).toContain('no interface of the snapshot has the address 10.99.0.1,')
  })
})

it('flows that are only counted are counted by verdict', () => {
  const result = shop.reach('private', 'internet')
  const [flow] = result.flows
  const flows = [...Array.from({ length: 9 }, () => flow!), { ...flow!, verdict: 'one-way' as const }]
  expect(reachText({ ...result, flows }, plain, { explain: false })).toContain(
    '  ... and 2 more flows: 1 reachable, 1 one-way (--explain shows all)\n',
  )
})

it('several security groups admit, and one admits', () => {
  const built = estate()
    .vpc('shop', '10.0.0.0/16')
    .subnet('app', '10.0.1.0/24')
    .securityGroup('a', ['tcp 22 from 10.0.0.0/16'])
    .securityGroup('b', ['tcp 22 from 10.0.0.0/16'])
    .interface('one', '10.0.1.10', { groups: ['a'] })
    .interface('two', '10.0.1.11', { groups: ['a', 'b'] })
  const messages = (to: string): readonly string[] =>
    compile(built.snapshot())
      .reach(to === 'eni-two' ? 'eni-one' : 'eni-two', to, { protocol: 'tcp', port: 22 })
      .witness!.forward.flatMap(({ code, message }) => (code === 'SG_ADMITS' ? [message] : []))
  expect(messages('eni-two').at(-1)).toMatch(/^sg-a.*, sg-b.* admit it: inbound/)
  expect(messages('eni-one').at(-1)).toMatch(/^sg-a \(a\) admits it: inbound/)
})

it('the title of a finding cuts no port in two', () => {
  const ports = Array.from({ length: 40 }, (_, at) => `tcp ${1001 + 2 * at} from 0.0.0.0/0` as const)
  const { findings } = check(
    estate()
      .vpc('shop', '10.0.0.0/16')
      .internetGateway('shop')
      .subnet('private', '10.0.0.0/24', { routes: { '0.0.0.0/0': 'igw-shop' } })
      .tagged('subnet-private', { Tier: 'private' })
      .securityGroup('web', ports)
      .interface('web', '10.0.0.10', { groups: ['web'], publicIp: '54.1.1.1' })
      .snapshot(),
  )
  const [title = ''] = findings.flatMap((each) => (each.rule === 'no-direct-ingress' ? [each.title] : []))
  expect(title).toMatch(/ on tcp 1001, 1003, .*, 1\d\d\d, \.\.\.$/)
})

it('what cannot be judged is told in Markdown with what is missing, and how to get it', () => {
  const text = checkMarkdown(check(examples.get('dangling')!))
  expect(text).toMatch(
    /^- rule intra-in cannot be judged between 2 pairs of groups; the rules of sg-\S+ were not all read: add the describe-security-groups/m,
  )
})

it('one rule or check is judged in the singular', () => {
  const result = check(estate().vpc('shop', '10.0.0.0/16').snapshot())
  expect(summaryOf(result)).toMatch(/; \d+ rules and checks judged$/)
  expect(summaryOf({ ...result, totals: { ...result.totals, rules: 1 } })).toMatch(/; 1 rule or check judged$/)
})

it('the sign of a finding begins no list of its own in Markdown', () => {
  const [before] = commits()
  const head = { rule: 'db-in', severity: 'high', title: 'web reaches database', fingerprint: 'a' } as const
  const findings: FindingChanges = { new: [], mended: [head], unread: [], unchanged: [] }
  const text = diffMarkdown({ ...diff(before!.snapshot, before!.snapshot), findings }, { before: 'old', after: 'new' })
  expect(text).toContain('\n- \\- high db-in: web reaches database\n')
})
