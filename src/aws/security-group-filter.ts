/** The hops of a security group check, for whatever has security groups: an interface as itself, or a middlebox that packets
 *  pass through. Asked of requests only; answers pass because the request did (R-SG-2). */
import type { Draft } from '../forwarding/draft.ts'
import type { StageId } from '../forwarding/stage.ts'
import type { Condition, Sender, Transfer } from '../forwarding/transfer.ts'
import type { L4Set } from '../packet/l4.ts'
import { complement, EVERYTHING, l4Algebra, NOTHING } from '../packet/l4.ts'
import { because, type Plane } from './plane.ts'
import {
  admittedByReference,
  admittingRule,
  type Direction,
  groupsOf,
  letOutTo,
  refusedToClient,
  type Rules,
  rulesOf,
  senderOf,
  undocumentedBetweenVpcs,
} from './security-group.ts'

interface OutboundOptions {
  /** Packets that the check is about; all, where absent. */
  readonly when?: readonly Condition[]
  /** The packets are somebody else's, whose identity is lost (R-SG-11). */
  readonly anonymous?: boolean
  /** The packets may be a client's, for whom the interface goes on under its own identity (R-LB-6). */
  readonly forClient?: boolean
}

/** Whose security groups are asked. */
interface Grouped {
  readonly groups: readonly string[]
  readonly vpcId: string
}

/** What its groups let an interface send, with the identity that the packet carries from here on. */
export const filterOutbound = (
  plane: Plane,
  draft: Draft,
  { groups, vpcId }: Grouped,
  next: StageId,
  { when: before = [], anonymous = false, forClient = false }: OutboundOptions = {},
): void => {
  const rules = rulesOf(plane, groups, 'outbound')
  const identity = anonymous ? [] : groups
  const identified = (byReference: boolean): Transfer[] => [
    {
      do: forClient ? 'identify-for-client' : 'identify',
      as: senderOf(plane, { groups: identity, letOutBy: byReference ? groups : undefined, vpcId }),
    },
  ]
  const admits = because('SG_ADMITS', nameFor(groups), { direction: 'outbound', groups: groups.join(', ') })
  const refused = { on: 'destination', map: rules.byAddress.map(complement) } as const
  draft.to(next, admits, {
    when: [...before, { on: 'destination', map: rules.byAddress }],
    then: identified(false),
    effect: 'allow',
    leg: 'request',
    ruleOf: (packet) => admittingRule(plane, groups, 'outbound', packet, []),
  })
  const sure = rules.possible ? ([{ on: 'destination', map: rules.possible.map(complement) }] as const) : []
  if (rules.possible)
    draft.unknown(notToldBy(rules), {
      when: [...before, refused, { on: 'destination', map: rules.possible }],
      leg: 'request',
      onward: { to: next, then: identified(false) },
    })
  if (rules.anyGroup !== NOTHING)
    draft.to(next, admits, {
      when: [...before, refused, ...sure, { on: 'line', line: rules.anyGroup }],
      then: identified(true),
      effect: 'allow',
      leg: 'request',
      ruleOf: (packet) => admittingRule(plane, groups, 'outbound', packet, [...rules.byGroup.keys()]),
    })
  draft.drop(noRule(rules, groups, 'outbound'), {
    when: [...before, refused, ...sure, { on: 'line', line: complement(rules.anyGroup) }],
    leg: 'request',
    onward: { to: next, then: identified(false) },
  })
}

interface InboundOptions {
  /** What is done to packets that pass. */
  readonly then?: readonly Transfer[]
  /** References count for senders of the VPC and its peers only. */
  readonly neighboursOnly?: boolean
  /** What is taken for granted in that these rules judge at all. */
  readonly assumptions?: readonly string[]
}

/** What its groups let an interface receive, by address or by the sender's identity where the path kept it. */
export const filterInbound = (
  plane: Plane,
  draft: Draft,
  { groups, vpcId }: Grouped,
  next: StageId,
  { then = [], neighboursOnly = false, assumptions: judging = [] }: InboundOptions = {},
): void => {
  const rules = rulesOf(plane, groups, 'inbound')
  const byIdentity = (line: (sender: Sender | undefined) => L4Set) => ({ on: 'sender', admits: line }) as const
  const referred = (sender: Sender | undefined): L4Set =>
    neighboursOnly && sender?.farAway ? NOTHING : admittedByReference(plane, groups, sender)
  const known = byIdentity(referred)
  const stranger = byIdentity((sender) => complement(referred(sender)))
  // The sender's own outbound reference is judged here, where it is known whose group receives.
  const letOut = byIdentity((sender) => letOutTo(plane, groups, sender))
  const notLetOut = byIdentity((sender) => l4Algebra.subtract(EVERYTHING, letOutTo(plane, groups, sender)))
  const refused = { on: 'source', map: rules.byAddress.map(complement) } as const
  const admits = because('SG_ADMITS', nameFor(groups), { direction: 'inbound', groups: groups.join(', ') })
  draft.drop(because('SG_REFERENCE_MISMATCH', nameFor(groups)), {
    when: [notLetOut],
    leg: 'request',
    onward: { to: next, then },
    assumptions: judging,
  })
  const undocumented = undocumentedBetweenVpcs(plane, groups, vpcId)
  /** Told apart where the line rests on what a reference between VPCs is taken to mean (R-SG-17). */
  const admit = (
    when: readonly Condition[],
    rests: (sender: Sender | undefined) => L4Set,
    peers: (sender: Sender | undefined) => readonly string[],
  ): void => {
    const parts = undocumented
      ? [
          { also: [byIdentity((sender) => complement(rests(sender)))], assumptions: [] },
          { also: [byIdentity(rests)], assumptions: ['R-SG-17'] },
        ]
      : [{ also: [], assumptions: [] }]
    for (const { also, assumptions } of parts)
      draft.to(next, admits, {
        when: [...when, ...also],
        then,
        effect: 'allow',
        leg: 'request',
        assumptions: [...judging, ...assumptions],
        ruleOf: (packet, sender) => admittingRule(plane, groups, 'inbound', packet, peers(sender)),
      })
  }
  const restsOnLettingOut = (sender: Sender | undefined): L4Set => undocumented?.letOut(sender) ?? NOTHING
  admit([letOut, { on: 'source', map: rules.byAddress }], restsOnLettingOut, () => [])
  if (rules.anyGroup !== NOTHING)
    admit(
      [letOut, refused, known],
      (sender) => l4Algebra.union(restsOnLettingOut(sender), undocumented?.admitted(sender) ?? NOTHING),
      (sender) => (sender ? groupsOf(sender) : []),
    )
  const sure = rules.possible ? ([{ on: 'source', map: rules.possible.map(complement) }] as const) : []
  if (rules.possible)
    draft.unknown(notToldBy(rules), {
      when: [letOut, refused, stranger, { on: 'source', map: rules.possible }],
      leg: 'request',
      onward: { to: next, then },
      assumptions: judging,
    })
  const drop = (when: readonly Condition[], assumptions: readonly string[]): void => {
    draft.drop(noRule(rules, groups, 'inbound'), {
      when: [letOut, refused, stranger, ...sure, ...when],
      leg: 'request',
      onward: { to: next, then },
      assumptions: [...judging, ...assumptions],
    })
  }
  if (rules.anyGroup === NOTHING) return drop([], [])
  const client = (sender: Sender | undefined): L4Set => refusedToClient(plane, groups, sender)
  drop([byIdentity(client)], ['R-LB-6'])
  drop([byIdentity((sender) => complement(client(sender)))], [])
}

const noRule = ({ none }: Rules, groups: readonly string[], direction: Direction) =>
  because(none ? 'SG_HAS_NO_RULES' : 'ENI_SG_RULES_MISMATCH', nameFor(groups), {
    direction,
    groups: groups.join(', '),
  })

/** The first group that cannot be judged in full, and all that is missing. */
const notToldBy = ({ lacks }: Rules) =>
  because('SECURITY_GROUP_UNKNOWN', lacks[0]!.group, {
    missing: [...new Set(lacks.map(({ missing }) => missing))].join(', '),
  })

/** A reason names one component: the first of several groups, the others are in its arguments. */
const nameFor = (groups: readonly string[]): string => groups[0] ?? 'no security group'
