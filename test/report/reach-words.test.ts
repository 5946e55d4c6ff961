/** What is said of the packets of an answer is true of them, and told in a time in proportion to the flows. */
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/index.ts'
import { reachMarkdown } from '../../src/report/reach-markdown.ts'
import { flowEnds, packetLines } from '../../src/report/reach-words.ts'
import { examples } from '../examples/all.ts'

const shop = compile(examples.get('three-tier')!)

/** What is told of the packets of each flow. */
const told = (from: string, to: string, options = {}): readonly (readonly string[])[] => {
  const answer = shop.reach(from, to, options)
  return answer.flows.map((flow) => packetLines(answer, flow.packets, { members: flow }))
}

describe('the packets of a flow', () => {
  it('are from the senders in a CIDR block, and not from all of it', () => {
    expect(told('10.20.0.0/16', '10.20.64.0/20', { protocol: 'tcp', port: 5432 })).toEqual([
      ['tcp 5432 from 10.20.16.21, 10.20.32.21, 10.20.80.40, 10.20.81.40 to 10.20.64.12, 10.20.65.12'],
    ])
    const [[toInternet = ''] = []] = told('10.20.64.12/16', 'internet')
    expect(toInternet).toMatch(/^tcp 443 from 10\.20\.16\.21, 10\.20\.32\.21, except to /)
  })

  it('say nothing of the addresses of a block that sends whole', () => {
    expect(told('10.20.16.21/32', '10.20.64.12')).toEqual([['tcp 5432']])
  })

  it('are from whom of a CIDR block sends to public addresses of the receivers, too', () => {
    const lines = told('0.0.0.0/0', 'shop-web', { protocol: 'tcp', port: 443 })
    expect(lines.at(-1)).toEqual(['tcp 443 from 10.20.16.21, 10.20.32.21 to 18.184.77.36, 18.197.203.90'])
  })

  it('name addresses where not every sender sends to every receiver: a node of a load balancer to targets in its zone', () => {
    expect(told('shop-internal', 'name:shop-app-*')).toEqual([
      ['tcp 8443 from 10.20.16.40 to 10.20.16.21', 'tcp 8443 from 10.20.32.40 to 10.20.32.21'],
    ])
  })

  it('list no more addresses than are asked for', () => {
    const answer = shop.reach('10.20.0.0/16', '10.20.64.0/20', { protocol: 'tcp', port: 5432 })
    const [flow] = answer.flows
    expect(packetLines(answer, flow!.packets, { members: flow!, most: 2 })).toEqual([
      'tcp 5432 from 10.20.16.21, 10.20.32.21 and 2 more to 10.20.64.12, 10.20.65.12',
    ])
  })

  it('stand in Markdown beside who of a CIDR block sends and receives them', () => {
    const [row = ''] = reachMarkdown(shop.reach('10.20.0.0/16', '10.20.64.12')).match(/^\| reachable.*$/m) ?? []
    expect(row).not.toContain('all of')
    expect(row).toContain('eni-04efdb3f31d1c0f36')
  })
})

describe('the words of an answer', () => {
  const answer = shop.reach('public', 'private')

  it('are found for each flow without going through all the others', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => `eni-${at}`)
    const end = {
      ...answer.from,
      resolved: ids.map((id) => ({ id, kind: 'network-interface' })),
      addresses: ids.map((_, at) => `10.9.${at >> 8}.${at & 255}/32`),
    }
    const flows = Array.from({ length: 2000 }, () => ({ ...answer.flows[0]!, from: ids, to: ids }))
    const many = { ...answer, from: end, to: end, flows }
    for (const flow of flows) {
      expect(flowEnds(many, flow)).toEqual({})
      expect(packetLines(many, [{ protocol: 'tcp' }], { members: flow })).toEqual(['tcp with any source port'])
    }
  })
})
