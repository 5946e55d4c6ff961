/** What a built-in check is. Each stands in a file of its own. */
import type { Severity } from '../policy/severity.ts'

export interface Check {
  readonly id: string
  readonly severity: Severity
  /** What is wrong, in a few words. */
  readonly title: string
  readonly why: string
  readonly docs: string
  /** What changes would mend it. */
  readonly mend: string
}
