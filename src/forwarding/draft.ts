/** What the description of a component writes with: the hops that leave one stage. Only names and defaults, no knowledge. */
import type { Choice } from './choice.ts'
import type { Effect, Hop, Leg, RuleOf } from './graph.ts'
import { BY_SESSION } from './graph.ts'
import type { Reason } from './reason.ts'
import { DROPPED, type StageId, UNKNOWN } from './stage.ts'
import type { Condition, Transfer } from './transfer.ts'

export interface HopOptions {
  /** All of these hold; no condition: every packet. */
  readonly when?: readonly Condition[]
  /** What is done to the packets that pass, in order. */
  readonly then?: readonly Transfer[]
  readonly effect?: Effect
  readonly leg?: Leg
  readonly choice?: Choice
  readonly condition?: Reason
  readonly assumptions?: readonly string[]
  readonly ruleOf?: RuleOf
}

export interface DropOptions extends Pick<HopOptions, 'when' | 'leg' | 'choice' | 'assumptions' | 'ruleOf'> {
  /** Where packets would go on to if this filter let them pass, so that what blocks them behind it is found too. */
  readonly onward?: { readonly to: StageId; readonly then?: readonly Transfer[] }
}

type UnknownOptions = Pick<DropOptions, 'when' | 'leg' | 'choice' | 'assumptions' | 'onward'>

export class Draft {
  readonly hops: Hop[] = []

  to(stage: StageId, because: Reason, options: HopOptions = {}): this {
    const { when = [], then = [], effect = 'route', ...rest } = options
    this.hops.push({ to: stage, transfers: [...when.map(only), ...then], because, effect, ...rest })
    return this
  }

  /** To where the last session of the answer says. */
  bySession(from: string | undefined, bound: 'here' | 'away', because: Reason): this {
    const when: Condition = { on: 'return', from, bound }
    this.hops.push({ to: BY_SESSION, transfers: [only(when)], because, effect: 'route', leg: 'reply' })
    return this
  }

  drop(because: Reason, options: DropOptions = {}): this {
    const { when = [], onward, ...rest } = options
    this.hops.push({
      to: DROPPED.id,
      transfers: when.map(only),
      because,
      effect: 'drop',
      ...rest,
      ...(onward && { onward: { to: onward.to, transfers: onward.then ?? [] } }),
    })
    return this
  }

  /** With `onward`: where packets go on to if what is not known lets them; what stops them there stops them for certain. */
  unknown(because: Reason, options: UnknownOptions = {}): this {
    const { when = [], onward, ...rest } = options
    this.hops.push({
      to: UNKNOWN.id,
      transfers: when.map(only),
      because,
      effect: 'unknown',
      ...rest,
      ...(onward && { onward: { to: onward.to, transfers: onward.then ?? [] } }),
    })
    return this
  }
}

const only = (when: Condition): Transfer => ({ do: 'only', when })
