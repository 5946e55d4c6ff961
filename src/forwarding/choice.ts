/** What configuration does not settle: several hops take the same packets, and something picks one of them. */
import type { Reason } from './reason.ts'

export interface Choice {
  readonly reason: Reason
  /** Which of the options a hop is. */
  readonly option: string
  /** What was picked once stays picked, for the whole conversation. */
  readonly kept: boolean
}

/** Choices with one key are one choice. */
export const choiceKey = ({ reason }: Choice): string => `${reason.code} ${reason.resource} ${reason.rule ?? ''}`
