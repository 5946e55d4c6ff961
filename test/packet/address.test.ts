/** Addresses, blocks and ranges as text: what is read, what is refused, and how it is written (RFC 5952). */
import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addressLine,
  formatAddress,
  formatRange,
  isSingle,
  parseAddress,
  parseBlock,
  parseCidr,
  prefixSet,
  single,
} from '../../src/packet/address.ts'
import * as intervals from '../../src/packet/intervals.ts'

const ipv4 = fc.oneof(fc.nat(0xffffffff), fc.constantFrom(0, 1, 255, 256, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1))
/** Groups of zeros are frequent, since they are what the text form is about. */
const ipv6 = fc
  .array(fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn })), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce((value, group) => (value << 16n) | group, 0n))
const addresses = fc.oneof(ipv4, ipv6)

describe('an address', () => {
  it('is read back from its text', () =>
    fc.assert(
      fc.property(addresses, (value) => {
        expect(parseAddress(formatAddress(value))).toStrictEqual({ family: typeof value === 'bigint' ? 6 : 4, value })
      }),
    ))

  it.each([
    ['0.0.0.0', 0],
    ['10.0.0.1', 0x0a000001],
    ['127.255.255.255', 2 ** 31 - 1],
    ['128.0.0.0', 2 ** 31],
    ['255.255.255.255', 2 ** 32 - 1],
  ])('%s is the number %i', (text, value) => expect(parseAddress(text)).toStrictEqual({ family: 4, value }))

  it.each([
    ['::', 0n],
    ['::1', 1n],
    ['1::', 1n << 112n],
    ['2001:db8::1', 0x20010db8000000000000000000000001n],
    ['2001:DB8:0:0:0:0:0:1', 0x20010db8000000000000000000000001n],
    ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n],
    ['::2:3:4:5:6:7:8', 0x00000002000300040005000600070008n],
    ['64:ff9b::192.0.2.33', 0x0064ff9b0000000000000000c0000221n],
    ['1:2:3:4:5:6:192.0.2.33', 0x000100020003000400050006c0000221n],
  ])('%s is an IPv6 address', (text, value) => expect(parseAddress(text)).toStrictEqual({ family: 6, value }))

  it('that maps IPv4 into IPv6 stays IPv6', () => {
    expect(parseAddress('::ffff:10.0.0.1')).toStrictEqual({ family: 6, value: 0xffff0a000001n })
  })

  // RFC 5952 section 4, and the examples of its section 2.
  it.each([
    ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1', 'the first of two runs that are as long'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1', 'as much as possible is shortened'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1', 'one group of zeros is not shortened'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1', 'the longest run is shortened'],
    ['2001:DB8::AAAA', '2001:db8::aaaa', 'lower case'],
    ['2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:1', 'no leading zeros'],
    ['0:0:0:0:0:0:0:0', '::', 'nothing but zeros'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::', 'zeros at the end'],
    ['0:0:0:0:0:0:0:1', '::1', 'zeros at the start'],
    ['0:0:1:2:3:4:5:6', '::1:2:3:4:5:6', 'two zeros at the start'],
  ])('%s is written %s: %s', (text, canonical) => expect(formatAddress(parseAddress(text)!.value)).toBe(canonical))

  it('is written as the URL standard writes it', () =>
    fc.assert(
      fc.property(ipv6, (value) => {
        expect(new URL(`http://[${formatAddress(value)}]`).hostname).toBe(`[${formatAddress(value)}]`)
      }),
    ))

  it.each([
    '',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0',
    '10.0.0.',
    '.10.0.0.1',
    '10.0.0.0.1',
    '10..0.1',
    '10.0.0.256',
    '10.0.0.-1',
    '10.0.0.01',
    '010.0.0.1',
    '10.0.0.1e1',
    '0x0a.0.0.1',
    '10.0.0.1/32',
    '10.0.0.99999999999999999999',
    '१०.0.0.1',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '12345::',
    'g::',
    '1.2.3.4::',
    '1.2.3.4::1',
    '::1.2.3.4:5',
    '::1.2.3',
    '::1.2.3.256',
    '1:2:3:4:5:6:7:1.2.3.4',
    'fe80::1%eth0',
    '[::1]',
    'localhost',
  ])('"%s" is none', (text) => expect(parseAddress(text)).toBeUndefined())

  it('is one exactly where Node says so', () => {
    const parts = fc.constantFrom(
      '0',
      '1',
      '25',
      '255',
      '256',
      '01',
      'a',
      'FFFF',
      '12345',
      '.',
      ':',
      '::',
      '/',
      '1.2.3.4',
    )
    const texts = fc.array(parts, { maxLength: 16 }).map((some) => some.join(''))
    const edited = fc.tuple(addresses, fc.nat(40), parts).map(([value, at, part]) => {
      const text = formatAddress(value)
      return text.slice(0, at) + part + text.slice(at + 1)
    })
    fc.assert(
      fc.property(fc.oneof(texts, edited), (text) => {
        expect(parseAddress(text)?.family ?? 0).toBe(isIP(text))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a CIDR block', () => {
  it('is read back from its text', () =>
    fc.assert(
      fc.property(addresses, fc.nat(128), (value, wanted) => {
        const length = typeof value === 'bigint' ? wanted : wanted % 33
        const block = parseCidr(`${formatAddress(value)}/${length}`)!
        expect(block.length).toBe(length)
        expect(intervals.has(prefixSet(block), value)).toBe(true)
        expect(intervals.size(prefixSet(block))).toBe(2n ** BigInt((block.family === 4 ? 32 : 128) - length))
        const text = formatRange(block.first, block.end)
        expect(text).toBe(`${formatAddress(block.first)}/${length}`)
        expect(parseCidr(text)).toStrictEqual(block)
      }),
    ))

  it('loses the bits behind its prefix', () => {
    expect(parseCidr('10.1.2.3/8')).toStrictEqual(parseCidr('10.0.0.0/8'))
    expect(parseCidr('2001:db8::1/32')).toStrictEqual(parseCidr('2001:db8::/32'))
  })

  it.each([
    ['0.0.0.0/0', addressLine(4)],
    ['::/0', addressLine(6)],
    ['255.255.255.255/32', [2 ** 32 - 1, 2 ** 32]],
    ['10.0.0.0/31', [0x0a000000, 0x0a000002]],
    ['::/127', [0n, 2n]],
  ])('%s holds its first to its last address', (text, set) => expect(prefixSet(parseCidr(text)!)).toStrictEqual(set))

  it.each([
    '',
    '/',
    '/8',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8 ',
    '10.0.0.0/ 8',
    '10.0.0.0/0x8',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    '::',
    '::/129',
    '::/1000',
    'fe80::1%eth0/64',
    'sg-0123456789abcdef0',
  ])('"%s" is none', (text) => expect(parseCidr(text)).toBeUndefined())
})

describe('a block', () => {
  it('is a CIDR block, or one address', () => {
    expect(parseBlock('10.0.0.0/8')).toStrictEqual(parseCidr('10.0.0.0/8'))
    expect(parseBlock('10.0.0.1')).toStrictEqual(parseCidr('10.0.0.1/32'))
    expect(parseBlock('2001:db8::1')).toStrictEqual(parseCidr('2001:db8::1/128'))
    expect(parseBlock('10.0.0')).toBeUndefined()
  })
})

describe('a range', () => {
  it.each([
    ['10.0.0.0', '10.0.0.0', '10.0.0.0/32'],
    ['10.0.0.0', '10.0.0.255', '10.0.0.0/24'],
    ['10.0.0.0', '10.0.0.254', '10.0.0.0-10.0.0.254'],
    ['10.0.0.1', '10.0.0.2', '10.0.0.1-10.0.0.2'],
    ['0.0.0.0', '9.255.255.255', '0.0.0.0-9.255.255.255'],
    ['0.0.0.0', '255.255.255.255', '0.0.0.0/0'],
    ['2001:db8::', '2001:db8::1', '2001:db8::/127'],
    ['2001:db8::1', '2001:db8::2', '2001:db8::1-2001:db8::2'],
    ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::/0'],
  ])('from %s to %s is written %s', (first, last, text) => {
    const from = parseAddress(first)!.value
    const [, end] = single(parseAddress(last)!.value)
    expect(formatRange(from, end!)).toBe(text)
    expect(isSingle(from, end!)).toBe(first === last)
  })
})
