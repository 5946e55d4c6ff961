/** Exceptions: what of a violation its owner has accepted, until when. An exception covers exactly the packets that it names; the rest is
 *  told as before. */
import { isByPublicAddress } from '../analysis/tally.ts'
import type { Compiled } from '../aws/compile.ts'
import type { PacketSet } from '../packet/set.ts'
import { transport } from '../packet/transport.ts'
import { partTaken } from './coverage.ts'
import type { Party } from './crowd.ts'
import type { Exception, Policy } from './policy.ts'
import { lineOfPorts } from './ports.ts'
import type { Selections } from './selection.ts'
import type { Breach } from './violations.ts'

export interface Excepted {
  readonly open: readonly Breach[]
  readonly covered: readonly { readonly exception: Exception; readonly breach: Breach }[]
}

/** `today`: `2026-11-25`. */
export const isExpired = ({ expires }: Exception, today: string): boolean => expires < today

/** Divides breaches into what exceptions cover and what is left. */
export const except = (
  compiled: Compiled,
  { exceptions }: Policy,
  selections: Selections,
  breaches: readonly Breach[],
  today: string,
): Excepted => {
  const covered: { readonly exception: Exception; readonly breach: Breach }[] = []
  const open = breaches.flatMap((breach): readonly Breach[] => {
    let rest = breach.packets
    for (const exception of exceptions) {
      if (exception.rule !== breach.rule.id || isExpired(exception, today) || rest.isEmpty()) continue
      const part = coveredBy(compiled, exception, selections, breach, rest)
      if (part.isEmpty()) continue
      covered.push({ exception, breach: { ...breach, packets: part } })
      rest = rest.subtract(part)
    }
    return rest.isEmpty() ? [] : rest === breach.packets ? [breach] : [{ ...breach, packets: rest }]
  })
  return { open, covered }
}

const coveredBy = (
  compiled: Compiled,
  { from, to, ports }: Exception,
  selections: Selections,
  breach: Breach,
  packets: PacketSet,
): PacketSet => {
  const byPublicAddress = isByPublicAddress(breach.flow)
  const part = (selector: typeof from, side: 'source' | 'destination', party: Party, other: Party, of: PacketSet) =>
    selector ? partTaken(compiled, selections.of(selector), side, { party, other, byPublicAddress }, of) : of
  const sent = part(from, 'source', breach.from, breach.to, packets)
  const received = part(to, 'destination', breach.to, breach.from, sent)
  return ports ? received.narrowTransport(transport(lineOfPorts(ports, packets.family))) : received
}
