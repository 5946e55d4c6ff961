/** Checks of the policy itself: exceptions and a baseline that no longer say what is so. What they find is found in `findings.ts`, where it
 *  is known what they covered. */
import type { Check } from './check.ts'

const docs =
  'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_continuous_reduction.html'

export const exceptionExpired: Check = {
  id: 'exception-expired',
  severity: 'medium',
  title: 'an exception is past its day',
  why: 'it covers nothing any more; what it covered is told again',
  docs,
  mend: 'mend what it covered, or agree with its owner on another day',
}

export const exceptionUnmatched: Check = {
  id: 'exception-unmatched',
  severity: 'low',
  title: 'an exception covers nothing',
  why: 'what it was for is gone: left in the policy, it would cover the next violation that looks like it',
  docs,
  mend: 'delete the exception',
}

export const exceptionTooLong: Check = {
  id: 'exception-too-long',
  severity: 'low',
  title: 'an exception runs longer than the policy allows',
  why: 'ci.max-exception-days says how long nobody need look again',
  docs,
  mend: 'bring its day nearer',
}

export const baselineStale: Check = {
  id: 'baseline-stale',
  severity: 'info',
  title: 'the baseline accepts a finding that is gone',
  why: 'left in the baseline, it would cover the same finding when it comes back',
  docs,
  mend: 'run ztnet baseline, which takes it out',
}

export const POLICY_CHECKS: readonly Check[] = [exceptionExpired, exceptionUnmatched, exceptionTooLong, baselineStale]
