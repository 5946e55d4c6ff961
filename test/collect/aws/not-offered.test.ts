/** What a region does not have, told from what cannot be read. */
import { describe, expect, it } from 'vitest'
import { isNotOffered } from '../../../src/collect/aws/not-offered.ts'
import { rows } from '../../../src/collect/aws/rows.ts'

const rowOf = (call: string) => rows.find((row) => row.call === call)!
const failed = (name: string, more: object = {}): Error => Object.assign(new Error('by the test'), { name }, more)
const noHost = (hostname: string): Error => failed('Error', { code: 'ENOTFOUND', hostname })

describe('a call', () => {
  it.each(['InvalidAction', 'UnsupportedOperation', 'UnknownOperationException', 'UnknownEndpoint'])(
    'that is answered by %s is not offered, unless it is about one object or every region has it',
    async (code) => {
      expect(await isNotOffered(failed(code), rowOf('DescribeCarrierGateways'))).toBe(true)
      expect(await isNotOffered(failed(code), rowOf('DescribeVpcAttribute'))).toBe(false)
      expect(await isNotOffered(failed(code), rowOf('DescribeSubnets'))).toBe(false)
    },
  )

  it.each(['AccessDenied', 'OptInRequired', 'ThrottlingException', 'InternalError', 'ExpiredToken'])(
    'that is answered by %s has failed',
    async (code) => expect(await isNotOffered(failed(code), rowOf('DescribeCarrierGateways'))).toBe(false),
  )

  it('is not offered where its service has no name and EC2 has one', async () => {
    const asked: string[] = []
    const knows = (is: boolean) => (host: string) => (asked.push(host), Promise.resolve(is))
    const lattice = noHost('vpc-lattice.ap-south-2.amazonaws.com')
    const row = rowOf('ListServiceNetworks')
    expect(await isNotOffered(lattice, row, knows(true))).toBe(true)
    expect(asked).toEqual(['ec2.ap-south-2.amazonaws.com'])
    // the network is down
    expect(await isNotOffered(lattice, row, knows(false))).toBe(false)
    expect(await isNotOffered(noHost('localhost.example'), row, knows(true))).toBe(false)
    expect(await isNotOffered(failed('Error', { code: 'EAI_AGAIN' }), row, knows(true))).toBe(false)
  })
})
