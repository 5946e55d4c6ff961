/** Every built-in check, in the order in which they are listed. */
import type { Check } from './check.ts'

export const CHECKS: readonly Check[] = []

export const CHECK_IDS: readonly string[] = CHECKS.map(({ id }) => id)
