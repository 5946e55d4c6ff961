/** Rules as one would say them, `tcp 443 from sg-web` and `100 deny all from 10.0.0.0/8`, as the records that AWS makes of them. */
import type { RawOf } from '../../src/snapshot/schema.ts'
import { isIpv6 } from './draft.ts'

/** `<protocol> [ports | type[/code]] from|to <CIDR | pl-... | sg-...>`. `all` is every protocol, a number the one it numbers. */
export type GroupRule = `${string} from ${string}` | `${string} to ${string}`

/** The same after a number and an action, with a CIDR block. */
export type AclRule = `${number} ${'allow' | 'deny'} ${GroupRule}`

export type Permission = NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]
export type AclEntry = NonNullable<RawOf<'networkAcl'>['Entries']>[number]
export type GroupPair = NonNullable<Permission['UserIdGroupPairs']>[number]

/** One permission for each rule. `pair` is what AWS says of a group that a rule refers to. */
export const permission = (text: GroupRule, pair: (groupId: string) => GroupPair): Permission => {
  const { protocol, from, to, peer } = parse(text)
  return {
    IpProtocol: protocol === 'all' ? '-1' : protocol,
    ...(from === undefined ? {} : { FromPort: from, ToPort: to ?? from }),
    ...peerOf(peer, pair),
  }
}

export const isOutbound = (text: GroupRule): boolean => parse(text).way === 'to'

export const aclEntry = (text: AclRule): AclEntry => {
  const [, number, action, rule] = /^(\d+) (allow|deny) (.+)$/.exec(text) ?? []
  if (number === undefined || action === undefined || rule === undefined) throw new Error(`not an ACL rule: ${text}`)
  const { protocol, from, to, peer, way } = parse(rule)
  const typed = protocol === 'icmp' || protocol === 'icmpv6'
  return {
    RuleNumber: Number(number),
    RuleAction: action,
    Egress: way === 'to',
    Protocol: protocolNumbers[protocol] ?? protocol,
    ...(isIpv6(peer) ? { Ipv6CidrBlock: peer } : { CidrBlock: peer }),
    ...(from === undefined
      ? {}
      : typed
        ? { IcmpTypeCode: { Type: from, Code: to! } }
        : { PortRange: { From: from, To: to! } }),
  }
}

const protocolNumbers: Readonly<Record<string, string>> = { all: '-1', icmp: '1', tcp: '6', udp: '17', icmpv6: '58' }

interface ParsedRule {
  readonly protocol: string
  /** First port and last, or ICMP type and code (-1: any). */
  readonly from: number | undefined
  readonly to: number | undefined
  readonly way: 'from' | 'to'
  readonly peer: string
}

const parse = (text: string): ParsedRule => {
  const match = /^(all|tcp|udp|icmp|icmpv6|\d+)(?: (\d+)(?:[-/](\d+))?)? (from|to) (\S+)$/.exec(text)
  if (!match) throw new Error(`not a rule: ${text}`)
  const [, protocol = '', first, second, way, peer = ''] = match
  const typed = protocol === 'icmp' || protocol === 'icmpv6'
  const ported = protocol === 'tcp' || protocol === 'udp'
  const every = ported ? [0, 65535] : typed ? [-1, -1] : [undefined, undefined]
  const from = first === undefined ? every[0] : Number(first)
  const to = second !== undefined ? Number(second) : first === undefined ? every[1] : typed ? -1 : from
  return { protocol, from, to, way: way as 'from' | 'to', peer }
}

const peerOf = (peer: string, pair: (groupId: string) => GroupPair): Partial<Permission> => {
  if (peer.startsWith('sg-')) return { UserIdGroupPairs: [pair(peer)] }
  if (peer.startsWith('pl-')) return { PrefixListIds: [{ PrefixListId: peer }] }
  return isIpv6(peer) ? { Ipv6Ranges: [{ CidrIpv6: peer }] } : { IpRanges: [{ CidrIp: peer }] }
}
