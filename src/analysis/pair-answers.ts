/** Questions about one interface and another, for who asks many of them where all pairs are asked anyway: tables answer what they know, and
 *  only the rest is walked. What they answer is what the path engine would. */
import type { Compiled } from '../aws/compile.ts'
import type { NetworkInterface } from '../network/network-interface.ts'
import type { Family } from '../packet/address.ts'
import { PacketSet } from '../packet/set.ts'
import { noOutcome, type Outcome } from '../reach/verdict.ts'
import { WELCOMES } from '../reach/fate.ts'
import { endpointOf } from './endpoints.ts'
import { enginesFor, fatesBetween } from './pair-questions.ts'
import type { Place } from './place.ts'
import { type Answered, type Ask, asksOf, type Filter } from './question.ts'
import { isReported, outcomeOf } from './reach.ts'

/** What `reach` answers, in one family, before anything is put into words. */
export const answersBetween = (compiled: Compiled, from: Place, to: Place, family: Family): readonly Answered[] =>
  asksOf(compiled, from, to, { families: [family] })
    .asks.map((ask) => ({ ask, outcome: outcomeBetween(compiled, ask, from, to) }))
    .filter(isReported)

/** The outcome of a question that `asksOf` makes of these places, with no filter but the family. */
export const outcomeBetween = (compiled: Compiled, ask: Ask, from: Place, to: Place): Outcome => {
  const [sender, receiver] = [onlyIn(from), onlyIn(to)]
  const known = sender && receiver && !ask.translated && welcomesBetween(compiled, sender, receiver, ask.family)
  if (!known) return outcomeOf(compiled, ask, {})
  const welcome = PacketSet.union(
    ask.family,
    WELCOMES.map((verdict) => known[verdict]),
  )
  return { ...known, unreachable: ask.question.flight.sent.subtract(welcome) }
}

/** What is not unreachable of all that one interface may send to the private addresses of another; undefined where tables do not know. */
export const welcomesBetween = (
  compiled: Compiled,
  from: NetworkInterface,
  to: NetworkInterface,
  family: Family,
): Outcome | undefined => {
  if (from === to) return undefined
  const engine = enginesFor(compiled, EVERYTHING).find((each) => each.family === family)!
  const parts = fatesBetween(compiled, engine, endpointOf(compiled, [from], [], 0), endpointOf(compiled, [to], [], 0))
  if (!parts) return undefined
  const outcome = { ...noOutcome(family) }
  for (const { sources, destinations, fate } of parts)
    for (const { verdict, transport } of fate)
      outcome[verdict] = outcome[verdict].union(PacketSet.of(family, { sources, destinations, transport }))
  return outcome
}

const EVERYTHING: Filter = {}

const onlyIn = (place: Place): NetworkInterface | undefined =>
  place.is === 'interfaces' && place.interfaces.length === 1 ? place.interfaces[0] : undefined
