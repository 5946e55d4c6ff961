/** How AWS writes layer-4 conditions, as sets on the protocol line: security group permissions and NACL entries. */
import { EVERYTHING, icmp, type L4Set, NOTHING, ports, wholeProtocol } from '../packet/l4.ts'
import { hasIcmpType, hasPorts, ICMP, ICMPV6, parseProtocol } from '../packet/protocol.ts'
import type { Family } from '../packet/address.ts'
import type { Layer4Text } from '../snapshot/layer4-words.ts'

/** The packets of one family that a condition means (R-SG-4, R-SG-5, R-NACL-5, R-NACL-6, R-NACL-7); undefined for a protocol
 *  or numbers that make no sense. ICMP is of IPv4 and ICMPv6 of IPv6: the other way round they match nothing. */
export const lineOf = ({ protocol: text, from, to }: Layer4Text, family: Family): L4Set | undefined => {
  if (text === '-1') return EVERYTHING
  const protocol = parseProtocol(text)
  if (protocol === undefined) return undefined
  if (protocol === (family === 4 ? ICMPV6 : ICMP)) return NOTHING
  if (hasPorts(protocol)) {
    const [first, last] = [from ?? 0, to ?? 65535]
    // -1 on TCP and UDP is how some tools write "all ports"; as the start of a range it is no port (R-SG-4).
    if (first === -1 && (to === undefined || last === -1)) return wholeProtocol(protocol)
    return isUpTo(65535, first) && isUpTo(65535, last) && first <= last ? ports(protocol, first, last) : undefined
  }
  if (!hasIcmpType(protocol) || from === undefined || from === -1) return wholeProtocol(protocol)
  const code = to === undefined || to === -1 ? undefined : to
  return isUpTo(255, from) && (code === undefined || isUpTo(255, code)) ? icmp(protocol, from, code) : undefined
}

/** A condition as text, for those who cannot read it. */
export const layer4Text = ({ protocol, from, to }: Layer4Text): string =>
  `protocol ${JSON.stringify(protocol)}${from === undefined ? '' : ` from ${from}`}${to === undefined ? '' : ` to ${to}`}`

const isUpTo = (most: number, value: number): boolean => Number.isInteger(value) && value >= 0 && value <= most
