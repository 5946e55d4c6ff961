/** The one scale of how bad something is. */

/** Worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Worst first, for sorting. */
export const bySeverity = (a: Severity, b: Severity): number => SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b)

export const isAtLeast = (severity: Severity, threshold: Severity): boolean => bySeverity(severity, threshold) <= 0
