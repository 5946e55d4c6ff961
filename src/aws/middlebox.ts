/** An interface as a route target: a firewall, proxy or NAT instance that packets pass through. What it does with them is not in
 *  AWS's configuration; ztnet assumes that it forwards them unchanged, and says so (R-ENI-2), save where only what it translates can get
 *  any further (R-NAT-17), or nothing can. */
import { addressLine, type AddressSet } from '../packet/address.ts'
import * as intervals from '../packet/intervals.ts'
import type { Draft, HopOptions } from '../forwarding/draft.ts'
import type { Condition, Transfer } from '../forwarding/transfer.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import { addressOutside, conversationsOf, ledOut, networksBehind, waysOut } from './appliance.ts'
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
    const instance = hostOf(each)
    if (!isServing(draft, instance, plane.network.raw('instance', instance)?.State?.Name, { when: [foreign] })) return
    const { SourceDestCheck: isChecked } = each.raw
    if (isChecked !== false)
      draft.drop(because('ENI_SOURCE_DEST_CHECK_RESTRICTION', id), {
        when: [foreign],
        assumptions: isChecked === undefined ? ['R-ENI-1'] : [],
      })
    else draft.to(plane.at('networkInterface', id, 'forward', 'in'), because('MIDDLEBOX', id), { when: [foreign] })
  },

  /** Its security groups judge both legs, and identity is lost in it (R-SG-11). Detail: `in`, `inside`, `out`. */
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
      forwardAnswers(plane, draft, each)
      return
    }
    if (!isServing(draft, id, stateOf(each))) return
    const leaving = plane.at('subnet', each.subnetId, 'leaving')
    filterOutbound(plane, draft, each, leaving, { anonymous: true })
    draft.to(leaving, because('ESTABLISHED', id), { leg: 'reply', effect: 'allow' })
  },

  /** An answer to what it brought out, on its way to whom it is for. */
  home: (plane, draft, id, exit) => {
    const each = plane.network.interface(id)!
    draft.to(plane.at('networkInterface', id, 'forward', 'out'), because('MIDDLEBOX_RETURNS', id), {
      ...decided(id, 'R-NAT-17'),
      then: [
        {
          do: 'resume',
          device: conversationsOf(each, plane.network.interface(exit)!),
          routed: true,
        },
        inspectedBy(each),
      ],
      leg: 'reply',
      effect: 'translate',
    })
  },
}

const forwardRequests = (plane: Plane, draft: Draft, each: NetworkInterface): void => {
  const { network, family } = plane
  const all = addressLine(family)
  const pass = dropIdentity(draft, each.id)
  const behind = networksBehind(plane, each)
  if (behind.length > 0)
    draft.unknown(because('NETWORK_BEHIND_INSTANCE', each.id), {
      when: [...pass.when, { on: 'destination', within: behind }],
      leg: 'request',
    })
  const offer = (onward: readonly Onward[], when: readonly Condition[]): void =>
    sendOn(plane, draft, each, onward, { when: [...pass.when, ...when], then: pass.then, leg: 'request' })
  const ways = waysOut(plane, each)
  // Whoever has a public address in the VPC gets to the internet under that, too, if he is left as he is.
  const served = family === 4 ? publicTables(network, each.vpcId).privates : all
  for (const [destinations, exits] of ways) {
    const to = { on: 'destination', within: intervals.subtract(destinations, behind) } as const
    const translated = exits.map((exit) => ({ exit, isTranslated: true }))
    const unchanged = exits.map((exit) => ({ exit, isTranslated: false }))
    if (family === 6) offer(unchanged, [to])
    else {
      offer(translated, [to, { on: 'source', within: intervals.subtract(all, served) }])
      offer([...translated, ...unchanged.filter(({ exit }) => exit)], [to, { on: 'source', within: served }])
    }
  }
  const led = intervals.unionAll([behind, ...ways.map(([destinations]) => destinations)])
  const itself = [{ exit: each, isTranslated: false }]
  offer(itself, led.length === 0 ? [] : [{ on: 'destination', within: intervals.subtract(all, led) }])
}

/** What is not of a conversation that it translates goes on as it is. */
const forwardAnswers = (plane: Plane, draft: Draft, each: NetworkInterface): void => {
  const itself = ledOut(plane, each)
  let rest: AddressSet = addressLine(plane.family)
  for (const [destinations, exits] of waysOut(plane, each)) {
    const within = intervals.subtract(destinations, itself)
    const others = exits.filter((exit) => exit?.id !== each.id).map((exit) => ({ exit, isTranslated: false }))
    if (others.length === 0 || within.length === 0) continue
    rest = intervals.subtract(rest, within)
    sendOn(plane, draft, each, others, { when: [{ on: 'destination', within }], then: [], leg: 'reply' })
  }
  const own = [{ exit: each, isTranslated: false }]
  sendOn(plane, draft, each, own, { when: [{ on: 'destination', within: rest }], then: [], leg: 'reply' })
}

/** By which of the instance's interfaces, undefined for one that was not read, and whether under an address of that. */
interface Onward {
  readonly exit: NetworkInterface | undefined
  readonly isTranslated: boolean
}

const optionOf = ({ exit, isTranslated }: Onward): string =>
  `${isTranslated ? 'translated ' : ''}by ${exit?.id ?? 'an interface that was not read'}`

/** Of several ways its software takes one. */
const sendOn = (
  plane: Plane,
  draft: Draft,
  each: NetworkInterface,
  ways: readonly Onward[],
  { then, ...packets }: Required<Pick<HopOptions, 'when' | 'then' | 'leg'>>,
): void => {
  const choice = because('MIDDLEBOX_CHOICE', each.id, {}, ways.map(optionOf).join(' or '))
  for (const way of ways) {
    const { exit, isTranslated } = way
    const options = { ...packets, ...(ways.length > 1 && oneOf(choice, optionOf(way))) }
    if (!exit) {
      draft.unknown(because('INTERFACES_UNKNOWN', each.vpcId), options)
      continue
    }
    draft.to(
      plane.at('networkInterface', exit.id, 'forward', 'out'),
      because(isTranslated ? 'MIDDLEBOX_TRANSLATES' : 'MIDDLEBOX', each.id),
      {
        ...decided(each.id, isTranslated ? 'R-NAT-17' : 'R-ENI-2'),
        ...options,
        then: [...then, inspectedBy(each), ...(isTranslated ? translation(each, exit) : [])],
        effect: isTranslated ? 'translate' : 'route',
      },
    )
  }
}

const translation = (each: NetworkInterface, exit: NetworkInterface): readonly Transfer[] => [
  { do: 'open', device: conversationsOf(each, exit) },
  { do: 'set-address', field: 'source', address: addressOutside(exit)! },
  { do: 'choose-source-port', ports: [1024, 65536] },
]

const decided = (id: string, rule: string) => ({ condition: because('MIDDLEBOX_DECIDES', id), assumptions: [rule] })

/** It is the instance that must see both directions, by whichever of its interfaces (R-FLOW-11). */
const inspectedBy = (each: NetworkInterface) => ({ do: 'inspect', device: hostOf(each) }) as const

const hostOf = ({ id, raw }: NetworkInterface): string => raw.Attachment?.InstanceId ?? id
