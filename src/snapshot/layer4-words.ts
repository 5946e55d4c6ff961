/** Layer-4 conditions of security group rules and network ACL entries, as AWS writes them, and in the words of answers. */
import { icmpTypeLabel, protocolLabel } from '../packet/header.ts'
import { hasIcmpType, hasPorts, parseProtocol } from '../packet/protocol.ts'
import type { RawOf } from './schema.ts'

export interface Layer4Text {
  /** `tcp`, a number as text, `-1` for all. */
  readonly protocol: string
  /** First port, or ICMP type; -1 for all types. */
  readonly from?: number | undefined
  /** Last port, or ICMP code; -1 for all codes. */
  readonly to?: number | undefined
}

type Permission = NonNullable<RawOf<'securityGroup'>['IpPermissions']>[number]
type AclEntry = NonNullable<RawOf<'networkAcl'>['Entries']>[number]

export const layer4OfPermission = ({ IpProtocol, FromPort, ToPort }: Permission): Layer4Text => ({
  protocol: IpProtocol,
  from: FromPort,
  to: ToPort,
})

/** Ports count for TCP and UDP only, types and codes, which have a field of their own, for ICMP only, whatever else an entry says (R-NACL-5). */
export const layer4OfEntry = ({ Protocol, PortRange, IcmpTypeCode }: AclEntry): Layer4Text => {
  const protocol = parseProtocol(Protocol)
  return protocol !== undefined && hasIcmpType(protocol)
    ? { protocol: Protocol, from: IcmpTypeCode?.Type, to: IcmpTypeCode?.Code }
    : { protocol: Protocol, from: PortRange?.From, to: PortRange?.To }
}

/** `tcp 443`, `icmp echo request`, `icmp destination unreachable code 4`, `protocol 47`, `all traffic`; what cannot be read as it is
 *  written. */
export const layer4Words = ({ protocol: text, from, to }: Layer4Text): string => {
  if (text === '-1') return 'all traffic'
  const protocol = parseProtocol(text)
  if (protocol === undefined) return text
  const name = protocolLabel(protocol)
  if (hasIcmpType(protocol)) {
    if (from === undefined || from === -1) return name
    return `${name} ${icmpTypeLabel(protocol, from)}${to === undefined || to === -1 ? '' : ` code ${to}`}`
  }
  // Ports of protocols that have none mean nothing (R-SG-4, R-NACL-5).
  if (!hasPorts(protocol) || from === -1 || (from === undefined && to === undefined)) return name
  const [first, last] = [from ?? 0, to ?? 65535]
  return first === last ? `${name} ${first}` : `${name} ${first}-${last}`
}
