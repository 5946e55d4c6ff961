/** What proves a violation: one packet with its way, the settings that let it pass, and exactly who sends what to whom. */
import { classOf } from '../aws/endpoint-class.ts'
import type { Compiled } from '../aws/compile.ts'
import { type Hop, witnessOf } from '../analysis/explain.ts'
import { labelOf, type Place, placeOfInterfaces } from '../analysis/place.ts'
import { type Answered, asksOf } from '../analysis/question.ts'
import { outcomeBetween } from '../analysis/pair-answers.ts'
import { flowsOf, reach } from '../analysis/reach.ts'
import { groupedBy } from '../collections.ts'
import { sample } from '../packet/sample.ts'
import { PacketSet } from '../packet/set.ts'
import { noOutcome } from '../reach/verdict.ts'
import type { Cause, FindingFlow, Witness } from './finding.ts'
import type { Party } from './crowd.ts'
import type { Breach } from './violations.ts'

/** A packet of the breach, traced; nothing for packets that should pass and do not. */
export const witnessFor = (breach: Breach): Witness | undefined => {
  const { compiled, flow, from, to } = breach
  const { network } = compiled
  const [sender, receiver] = [placeAt(compiled, flow.example.from, from), placeAt(compiled, flow.example.to, to)]
  const answered = answersWithin(compiled, sender, receiver, [breach])
  const found = witnessOf(compiled, answered, flow.verdict)
  if (!found) return undefined
  const named = (id: string) => {
    const each = network.interface(id)
    const name = each && labelOf(network, each)
    return name === undefined ? { id } : { id, name }
  }
  return { from: named(flow.example.from), to: named(flow.example.to), ...found }
}

/** What stands in the way of packets that should pass: of one that people know, where there are many. */
export const obstaclesOf = ({
  compiled,
  flow,
  from,
  to,
  packets,
  rule,
}: Breach): { readonly causes: readonly Cause[]; readonly remedy?: string } => {
  const [sender, receiver] = [placeAt(compiled, flow.example.from, from), placeAt(compiled, flow.example.to, to)]
  const example = rule.verb.ports && sample(packets)
  const { blocked } = reach(compiled, sender, receiver, {
    families: [flow.family],
    ...(example && { protocol: example.protocol }),
    ...(example?.destinationPort !== undefined && { ports: [example.destinationPort, example.destinationPort] }),
  })
  const causes = blocked.map(({ code, resource, name, rule, message }) => ({
    resource,
    ...(name !== undefined && { name }),
    ...(rule !== undefined && { rule }),
    code,
    message,
  }))
  const remedy = blocked.find(({ fix }) => fix !== undefined)?.fix
  return { causes: causes.slice(0, MOST_CAUSES), ...(remedy !== undefined && { remedy }) }
}

const MOST_CAUSES = 12

/** The settings on the way of a witness: rules, routes and gateways that let it pass, each once. */
export const causesOf = ({ forward }: Pick<Witness, 'forward'>): readonly Cause[] => {
  const causes = new Map<string, Cause>()
  for (const hop of forward) {
    if (!isSetting(hop)) continue
    const { resource, name, rule, code, message } = hop
    const key = `${resource} ${rule ?? ''}`
    if (!causes.has(key))
      causes.set(key, {
        resource,
        ...(name !== undefined && { name }),
        ...(rule !== undefined && { rule }),
        code,
        message,
      })
  }
  return [...causes.values()]
}

/** A subnet, a VPC and an interface are where things are, not how they are set. */
const isSetting = ({ effect, resource, rule }: Hop): boolean =>
  ['allow', 'route', 'translate'].includes(effect) &&
  (rule !== undefined || /^(igw|eigw|nat|pcx|tgw|vgw|vpce|arn)[-:]/.test(resource))

/** Who sends what to whom; nothing where there are more classes of senders than can be asked one by one. */
export const flowsWithin = (breaches: readonly Breach[]): readonly FindingFlow[] | undefined => {
  const between = groupedBy(breaches, (breach) => `${breach.from.key}\n${breach.to.key}`)
  const [first] = breaches
  const senders = new Set([...between.values()].flatMap(([{ from }]) => from.members ?? []))
  const receivers = new Set([...between.values()].flatMap(([{ to }]) => to.members ?? []))
  const classes = new Set([...senders].map((each) => classOf(first!.compiled.network, each)))
  if (classes.size > MOST_CLASSES || Math.max(1, senders.size) * Math.max(1, receivers.size) > MOST_PAIRS)
    return undefined
  return [...between.values()].flatMap((its) => {
    const [{ compiled, from, to }] = its
    return flowsOf(compiled.network, answersWithin(compiled, from.place, to.place, its), to.place)
  })
}

const MOST_CLASSES = 40
const MOST_PAIRS = 20_000

/** The questions between two places, with what of their packets is in the breaches. */
const answersWithin = (compiled: Compiled, from: Place, to: Place, breaches: readonly Breach[]): readonly Answered[] =>
  asksOf(compiled, from, to, {}).asks.flatMap((ask) => {
    const fitting = breaches.filter(({ flow }) => flow.family === ask.family && flow.translated === ask.translated)
    if (fitting.length === 0) return []
    const outcome = outcomeBetween(compiled, ask, from, to)
    const parts = [...new Set(fitting.map(({ flow }) => flow.verdict))].map((verdict) => {
      const its = fitting.filter(({ flow }) => flow.verdict === verdict).map(({ packets }) => packets)
      return [verdict, outcome[verdict].intersect(PacketSet.union(ask.family, its))] as const
    })
    return [{ ask, outcome: { ...noOutcome(ask.family), ...Object.fromEntries(parts) } }]
  })

const placeAt = ({ network }: Compiled, id: string, party: Party): Place => {
  const each = party.members && network.interface(id)
  return each ? placeOfInterfaces([each]) : party.place
}
