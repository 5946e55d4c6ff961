/** An interface as a route target: a firewall, proxy or NAT instance that packets pass through. What it does with them is not in
 *  AWS's configuration; ztnet assumes that it forwards them unchanged, and says so (R-ENI-2, R-NAT-17). */
import { addressLine } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import { classOf, stateOf } from './endpoint-class.ts'
import { filterByAcl } from './network-acl.ts'
import { because, type Behaviour, dropIdentity } from './plane.ts'
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
      const options = { condition: because('MIDDLEBOX_DECIDES', id), assumptions: ['R-ENI-2'] }
      const inspect = { do: 'inspect', device: id } as const
      const pass = dropIdentity(draft, id)
      const out = plane.at('networkInterface', id, 'forward', 'out')
      draft.to(out, because('MIDDLEBOX', id), {
        ...options,
        when: pass.when,
        then: [...pass.then, inspect],
        leg: 'request',
      })
      draft.to(out, because('MIDDLEBOX', id), { ...options, then: [inspect], leg: 'reply' })
      return
    }
    const leaving = plane.at('subnet', each.subnetId, 'leaving')
    filterOutbound(plane, draft, each, leaving, { anonymous: true })
    draft.to(leaving, because('ESTABLISHED', id), { leg: 'reply', effect: 'allow' })
  },
}
