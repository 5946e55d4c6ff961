/** Checks an estate, for tests. */
import type { Snapshot } from '../../src/snapshot/snapshot.ts'
import { compile, type Compiled } from '../../src/aws/compile.ts'
import { CHECK_IDS } from '../../src/checks/all.ts'
import { type CheckOptions, type CheckResult, findingsOf } from '../../src/checks/findings.ts'
import { Network } from '../../src/network/network.ts'
import type { Witness } from '../../src/policy/finding.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { parsePolicy, shippedPolicy } from '../../src/policy/policy-file.ts'
import type { Estate } from '../build.ts'
import { type PlainPacket, simulate, type Start, verdictOf } from '../oracle/simulate.ts'

export const TODAY = '2026-11-25'

export const policyFrom = (text: string): Policy => parsePolicy(text, 'ztnet.yaml', CHECK_IDS)

export const compiled = (of: Estate | Snapshot): Compiled => compile(new Network('snapshot' in of ? of.snapshot() : of))

/** All findings, by the shipped policy unless another is given. */
export const check = (
  of: Estate | Snapshot,
  policy: string | Policy = shippedPolicy(),
  options: Partial<CheckOptions> = {},
): CheckResult =>
  findingsOf(compiled(of), typeof policy === 'string' ? policyFrom(policy) : policy, { today: TODAY, ...options })

/** What the oracle says of the packet of a witness. */
export const oracleSays = (snapshot: Snapshot, { from, packet }: Witness): string => {
  const start: Start = from.id === 'internet' ? 'internet' : { interface: from.id }
  return verdictOf(simulate(snapshot, start, plain(packet)))
}

const plain = ({
  protocol,
  sources,
  destinations,
  sourcePorts,
  destinationPorts,
  icmp,
}: Witness['packet']): PlainPacket => {
  const [source, destination] = [sources, destinations].map((all) => all![0]!.split('/')[0]!) as [string, string]
  const number = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 }[String(protocol)] ?? Number(protocol)
  return {
    family: source.includes(':') ? 6 : 4,
    source,
    destination,
    protocol: number,
    ...(sourcePorts && { sourcePort: sourcePorts[0]![0] }),
    ...(destinationPorts && { destinationPort: destinationPorts[0]![0] }),
    ...(icmp && { icmpType: icmp[0]!.type, icmpCode: icmp[0]!.code ?? 0 }),
  }
}
