import { ownerOf } from '../aws/endpoint-class.ts'
import type { Compiled } from '../aws/compile.ts'
import { l4Algebra, NOTHING, ports } from '../packet/l4.ts'
import { TCP, UDP } from '../packet/protocol.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { NONE } from '../policy/selected.ts'
import type { Check } from './check.ts'

/** FTP, Telnet, TFTP, HTTP, POP3, IMAP, SNMP, LDAP, rsh and its kin, syslog, rsync, AJP. */
const CLEARTEXT = [
  ...[20, 21, 23, 80, 110, 143, 389, 512, 513, 514, 873, 8009].map((port) => ports(TCP, port, port)),
  ...[69, 161, 162, 514].map((port) => ports(UDP, port, port)),
].reduce(l4Algebra.union)

const HTTP = ports(TCP, 80, 80)

export const cleartextProtocol: Check = {
  id: 'cleartext-protocol',
  severity: 'medium',
  title: 'cleartext protocols are reachable across tiers or from the internet',
  why: 'what they carry, passwords among it, can be read and changed by whoever is on the way',
  docs: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/protecting-data-in-transit.html',
  mend: 'serve the encrypted protocol instead, and narrow the rules to its port; let port 80 of a load balancer redirect to HTTPS',
  suspects: ({ compiled }) => {
    const redirects = redirecting(compiled)
    return (from, to) => {
      if (!to.members) return NOTHING
      if (from.members && from.identity.tier === to.identity.tier) return NOTHING
      return redirects(to.members[0]!) ? l4Algebra.subtract(CLEARTEXT, HTTP) : CLEARTEXT
    }
  },
  distinguishes: (compiled) => ({ ...NONE, has: redirecting(compiled) }),
}

/** A load balancer whose listener on port 80 only says where HTTPS is. */
const redirecting = ({ network }: Compiled): ((each: NetworkInterface) => boolean) => {
  const balancers = new Set(
    network.all('listener').flatMap(({ raw }) => {
      const actions = (raw.DefaultActions ?? []).map(({ Type }) => Type)
      return raw.Port === 80 && actions.length > 0 && actions.every((type) => type === 'redirect')
        ? [raw.LoadBalancerArn]
        : []
    }),
  )
  return (each) => {
    const owner = ownerOf(network, each)
    return owner.is === 'load-balancer' && balancers.has(owner.id)
  }
}
