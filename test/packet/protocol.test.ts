/** Names and numbers of protocols. */
import { describe, expect, it } from 'vitest'
import { hasIcmpType, hasPorts, parseProtocol, protocolName, protocolNames } from '../../src/packet/protocol.ts'

const numbers = Array.from({ length: 256 }, (_, number) => number)

describe('protocols', () => {
  it.each([
    ['tcp', 6],
    ['TCP', 6],
    ['udp', 17],
    ['icmp', 1],
    ['icmpv6', 58],
    ['icmp6', 58],
    ['ipv6-icmp', 58],
    ['gre', 47],
    ['esp', 50],
    ['0', 0],
    ['47', 47],
    ['255', 255],
  ])('%s is protocol %i', (text, number) => expect(parseProtocol(text)).toBe(number))

  it.each(['', '-1', '256', '1000', '6.0', ' 6', '0x6', 'tpc', 'all', 'any'])('"%s" is no protocol', (text) =>
    expect(parseProtocol(text)).toBeUndefined(),
  )

  it('are read back from the name they are written with', () => {
    for (const number of numbers) expect(parseProtocol(protocolName(number))).toBe(number)
  })

  it('are written by name where people say the name, else by number', () => {
    expect([6, 17, 1, 58, 47].map(protocolName)).toStrictEqual(['tcp', 'udp', 'icmp', 'icmpv6', '47'])
  })

  it('have a number for every name', () => {
    for (const name of protocolNames()) expect(numbers).toContain(parseProtocol(name))
  })

  it('only TCP and UDP have ports, only the two ICMPs have types', () => {
    expect(numbers.filter(hasPorts)).toStrictEqual([6, 17])
    expect(numbers.filter(hasIcmpType)).toStrictEqual([1, 58])
  })
})
