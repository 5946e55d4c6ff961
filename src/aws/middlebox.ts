/** An interface as a route target: a firewall, proxy or NAT instance that packets pass through. What it does with them is not in
 *  AWS's configuration; ztnet assumes that it forwards them unchanged, and says so (R-ENI-2), save where only what it translates can get
 *  any further (R-NAT-17), or nothing can. */
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft, HopOptions } from '../forwarding/draft.ts'
import type { Condition } from '../forwarding/transfer.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { addressOutside, conversationsOf, networksBehind, waysOut } from './appliance.ts'
import { classOf, stateOf } from './endpoint-class.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, dropIdentity, oneOf, type Plane } from './plane.ts'
import { publicTables } from './public-address.ts'
import { filterInbound, filterOutbound } from './security-group-filter.ts'
import { isServing } from './state.ts'

export const networkInterface: Behaviour<'networkInterface'> = {
  through: (plane, draft, id, detail) => {
    const each = plane.network.interface(id)!
    if (detail === '') {
      filterByAcl(plane, draft, each.subnetId, 'inbound', plane.at('networkInterface', id, 'through', 'near'))
      return
    }
    const own = each.addressSet(plane.family)
    // What is addressed to the interface itself is simply delivered.
    draft.to(
      plane.at('interfaceClass', classOf(plane.network, each).id, 'arriving'),
      because('ADDRESS_OF_INTERFACE', each.subnetId),
      {
        when: [{ on: 'destination', within: own }],
      },
    )
    const foreign = { on: 'destination', within: intervals.subtract(addressLine(plane.family), own) } as const
    if (!isServing(draft, id, stateOf(each), { when: [foreign] })) return
    // Only a running instance forwards (R-ENI-3).
    const instance = each.raw.Attachment?.InstanceId ?? id
    if (!isServing(draft, instance, plane.network.raw('instance', instance)?.State?.Name, { when: [foreign] })) return
    const { SourceDestCheck: isChecked } = each.raw
    if (isChecked !== false)
      draft.drop(because('ENI_SOURCE_DEST_CHECK_RESTRICTION', id), {
        when: [foreign],
        assumptions: isChecked === undefined ? ['R-ENI-1'] : [],
      })
    else draft.to(plane.at('networkInterface', id, 'forward', 'in'), because('MIDDLEBOX', id), { when: [foreign] })
  },

  /** Its security groups judge both legs, and identity is lost in it (R-SG-11). Detail: `in`, `out`. */
  forward: (plane, draft, id, detail) => {
    const each = plane.network.interface(id)!
    if (each.groups.length === 0) {
      draft.unknown(because('INTERFACE_WITHOUT_GROUPS', id), { assumptions: ['R-ENI-8'] })
      return
    }
    if (detail === 'in') {
      const out = plane.at('networkInterface', id, 'forward', 'inside')
      filterInbound(plane, draft, each, out)
      draft.to(out, because('ESTABLISHED', id), { leg: 'reply', effect: 'allow' })
      return
    }
    if (detail === 'inside') {
      forwardRequests(plane, draft, each)
      const out = plane.at('networkInterface', id, 'forward', 'out')
      draft.to(out, because('MIDDLEBOX', id), { ...decided(id, 'R-ENI-2'), then: [inspectedBy(id)], leg: 'reply' })
      return
    }
    if (!isServing(draft, id, stateOf(each))) return
    const leaving = plane.at('subnet', each.subnetId, 'leaving')
    filterOutbound(plane, draft, each, leaving, { anonymous: true })
    draft.to(leaving, because('ESTABLISHED', id), { leg: 'reply', effect: 'allow' })
  },

  /** An answer to what it brought out, on its way to whom it is for. */
  home: (plane, draft, id, exit) =>
    draft.to(plane.at('networkInterface', id, 'forward', 'out'), because('MIDDLEBOX_RETURNS', id), {
      ...decided(id, 'R-NAT-17'),
      then: [
        {
          do: 'resume',
          device: conversationsOf(plane.network.interface(id)!, plane.network.interface(exit)!),
          routed: true,
        },
        inspectedBy(id),
      ],
      leg: 'reply',
      effect: 'translate',
    }),
}

const forwardRequests = (plane: Plane, draft: Draft, each: NetworkInterface): void => {
  const { id } = each
  const pass = dropIdentity(draft, id)
  const out = (exit: NetworkInterface) => plane.at('networkInterface', exit.id, 'forward', 'out')
  const translated = (exit: NetworkInterface, when: readonly Condition[], choice: HopOptions = {}) =>
    draft.to(out(exit), because('MIDDLEBOX_TRANSLATES', id), {
      ...decided(id, 'R-NAT-17'),
      ...choice,
      when: [...pass.when, ...when],
      then: [
        ...pass.then,
        inspectedBy(id),
        { do: 'open', device: conversationsOf(each, exit) },
        { do: 'set-address', field: 'source', address: addressOutside(exit)! },
        { do: 'choose-source-port', ports: [1024, 65536] },
      ],
      leg: 'request',
      effect: 'translate',
    })
  const unchanged = (when: readonly Condition[]) =>
    draft.to(out(each), because('MIDDLEBOX', id), {
      ...decided(id, 'R-ENI-2'),
      when: [...pass.when, ...when],
      then: [...pass.then, inspectedBy(id)],
      leg: 'request',
    })
  const behind = networksBehind(plane, each)
  if (behind.length > 0)
    draft.unknown(because('NETWORK_BEHIND_INSTANCE', id), {
      when: [...pass.when, { on: 'destination', within: behind }],
      leg: 'request',
    })
  const { itself, others } = waysOut(plane, each)
  const all = addressLine(plane.family)
  if (itself.length > 0) {
    // Whoever has a public address in the VPC needs no other to get to the internet.
    const known = publicTables(plane.network, each.vpcId).privates
    const to = { on: 'destination', within: itself } as const
    translated(each, [to, { on: 'source', within: intervals.subtract(all, known) }])
    unchanged([to, { on: 'source', within: known }])
  }
  for (const [destinations, exits] of others)
    for (const exit of exits) {
      const when = [{ on: 'destination', within: intervals.subtract(destinations, behind) }] as const
      const option = exit?.id ?? 'an interface that was not read'
      const choice = exits.length > 1 ? oneOf(because('MIDDLEBOX_INTERFACE_CHOICE', id), option) : {}
      if (exit) translated(exit, when, choice)
      else
        draft.unknown(because('INTERFACES_UNKNOWN', each.vpcId), {
          ...choice,
          when: [...pass.when, ...when],
          leg: 'request',
        })
    }
  const led = intervals.unionAll([behind, itself, ...others.map(([destinations]) => destinations)])
  unchanged(led.length === 0 ? [] : [{ on: 'destination', within: intervals.subtract(all, led) }])
}

const decided = (id: string, rule: string) => ({ condition: because('MIDDLEBOX_DECIDES', id), assumptions: [rule] })

const inspectedBy = (id: string) => ({ do: 'inspect', device: id }) as const
