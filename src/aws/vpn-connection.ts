/** Site-to-Site VPN connections: what passes their tunnels, in either direction (R-VPN).
 *  https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html */
import type { Draft, HopOptions } from '../forwarding/draft.ts'
import type { Reason } from '../forwarding/reason.ts'
import type { StageId } from '../forwarding/stage.ts'
import { addressLine, type AddressSet, prefixSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Of } from '../network/network.ts'
import { because, type Plane } from './plane.ts'
import { isServing } from './state.ts'

export type VpnConnection = Of<'vpnConnection'>

export interface Passage extends Pick<HopOptions, 'when' | 'leg' | 'choice'> {
  readonly to: StageId
  /** The end of the packets that is there: the destination of those that go there, the source of those that come from there. */
  readonly onPremises: 'source' | 'destination'
  /** Why nobody can tell whether it carries them. */
  readonly doubt?: Reason
}

/** At least one tunnel is up, or nobody read how they are. */
export const isUp = ({ raw: { VgwTelemetry: tunnels = [] } }: VpnConnection): boolean =>
  tunnels.length === 0 || tunnels.some(({ Status }) => Status === undefined || Status.toUpperCase() === 'UP')

/** Writes what becomes of packets that a VPN carries. With all tunnels down they pass as soon as one is up again (R-VPN-1). */
export const passVpn = (
  plane: Plane,
  draft: Draft,
  vpn: VpnConnection,
  { to, onPremises, doubt, ...rest }: Passage,
): void => {
  const { id, raw } = vpn
  const { when = [], ...options } = rest
  const there = selected(plane, vpn, 'LocalIpv4NetworkCidr')
  const here = selected(plane, vpn, 'RemoteIpv4NetworkCidr')
  if (there === 'not known' || here === 'not known') {
    draft.unknown(because('VPN_TRAFFIC_SELECTOR_UNKNOWN', id), rest)
    return
  }
  const near = onPremises === 'source' ? 'destination' : 'source'
  const everything = addressLine(plane.family)
  const others = (set: AddressSet) => intervals.subtract(everything, set)
  const mismatch = because('VPN_TRAFFIC_SELECTOR_MISMATCH', id)
  const isOfSite = { on: onPremises, within: there } as const
  draft.drop(mismatch, { ...options, when: [...when, { on: onPremises, within: others(there) }] })
  draft.drop(mismatch, { ...options, when: [...when, isOfSite, { on: near, within: others(here) }] })
  const carried = { ...options, when: [...when, isOfSite, { on: near, within: here } as const] }
  if (!isServing(draft, id, raw.State, carried)) return
  if (doubt) {
    draft.unknown(doubt, { ...carried, onward: { to } })
    return
  }
  draft.to(to, because('VPN_CONNECTION', id), {
    ...carried,
    ...(!isUp(vpn) && { condition: because('VPN_TUNNELS_DOWN', id) }),
    assumptions: raw.VgwTelemetry?.some(({ Status }) => Status?.toUpperCase() === 'UP') ? [] : ['R-VPN-1'],
  })
}

/** What the tunnels are restricted to at one end (R-VPN-3): everything, if nothing is said. Of IPv4 alone. */
const selected = (
  { network, family }: Plane,
  { id, raw }: VpnConnection,
  field: 'LocalIpv4NetworkCidr' | 'RemoteIpv4NetworkCidr',
): AddressSet | 'not known' => {
  const text = raw.Options?.[field]
  if (text === undefined || family === 6) return addressLine(family)
  const block = network.block(text, { kind: 'vpnConnection', id, field })
  return block ? prefixSet(block) : 'not known'
}
