/** What a command judges by: the policy that `--policy` names, else ./ztnet.yaml, else the one that ships with ztnet; the baseline beside it;
 *  and the day. */
import { constants } from 'node:buffer'
import { existsSync, lstatSync, readlinkSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { readText } from '../collect/json-file.ts'
import { isSystemError } from '../collect/system-error.ts'
import { ZtnetError } from '../errors.ts'
import type { Baseline } from '../policy/baseline.ts'
import type { Policy } from '../policy/policy.ts'
import { systemProblem } from './output.ts'

export const POLICY_FILE = 'ztnet.yaml'

/** Where accepted findings are kept, unless the policy or an option names another. */
export const BASELINE_FILE = 'ztnet.baseline.json'

/** Whether there is a policy by this name. Throws `ZtnetError` for a link that leads nowhere: to go on without would judge by other rules than
 *  are meant. */
export const hasPolicy = (file = POLICY_FILE): boolean => {
  if (existsSync(file)) return true
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false
  throw new ZtnetError('POLICY_UNREADABLE', `it is a link to ${readlinkSync(file)}, which is not there`, {
    place: { file },
    hint: 'Mend the link, or remove it.',
  })
}

/** Throws `ZtnetError` for a file that cannot be read, or that is no policy. */
export const choosePolicy = async (named: string | undefined): Promise<Policy> => {
  const { parsePolicy, shippedPolicy } = await import('../policy/policy-file.ts')
  const file = named ?? (hasPolicy() ? POLICY_FILE : undefined)
  if (file === undefined) return shippedPolicy()
  const { CHECK_IDS } = await import('../checks/all.ts')
  const hint = 'Name a policy with --policy, or make one with ztnet init.'
  return parsePolicy(textOfFile(file, { code: 'POLICY_UNREADABLE', hint }), file, CHECK_IDS)
}

/** The day that exceptions are judged by: the one that is named, else today in UTC. Throws `ZtnetError`. */
export const todayOf = async ({ today }: { readonly today?: string }): Promise<string> => {
  if (today === undefined) return new Date().toISOString().slice(0, 10)
  const { dayNumber } = await import('../policy/day.ts')
  if (dayNumber(today) !== undefined) return today
  throw new ZtnetError('QUESTION_ODD', `${JSON.stringify(today)} is no day`, { hint: 'Write it as 2027-01-31.' })
}

/** What was accepted: by the file that is named, else by the one that the policy names. Throws `ZtnetError` where it is not there: to go on
 *  without would tell all that was accepted as new. */
export const baselineFor = async (policy: Policy, named: string | false | undefined): Promise<Baseline | undefined> => {
  if (named === false) return undefined
  const file = named ?? baselineOfPolicy(policy)
  if (file === undefined) return undefined
  if (named === undefined && !existsSync(file))
    throw new ZtnetError('BASELINE_UNREADABLE', `${file} is not there, which ci.baseline of ${policy.file} names`, {
      hint: `Make it with ztnet baseline${policy.file === POLICY_FILE ? '' : ` --policy ${policy.file}`}, or take ci.baseline out of the policy.`,
    })
  const { parseBaseline } = await import('../policy/baseline.ts')
  return parseBaseline(textOfFile(file, { code: 'BASELINE_UNREADABLE', hint: 'Make one with ztnet baseline.' }), file)
}

/** As the policy names it, from where it lies. */
export const baselineOfPolicy = ({ file, ci }: Policy): string | undefined =>
  file === undefined || ci.baseline === undefined ? ci.baseline : besidePolicy(file, ci.baseline)

/** A file that a policy names, from where the policy lies. */
export const besidePolicy = (policy: string, named: string): string =>
  isAbsolute(named) || named.startsWith('example:') ? named : join(dirname(policy), named)

/** A file that people write, in whatever encoding their shell does. Throws `ZtnetError` with this code and hint. */
export const textOfFile = (
  file: string,
  { code, hint }: { readonly code: `${'POLICY' | 'SCOPE' | 'BASELINE'}_UNREADABLE`; readonly hint: string },
): string => {
  try {
    return readText(file, constants.MAX_STRING_LENGTH)
  } catch (error) {
    if (!isSystemError(error)) throw error
    throw new ZtnetError(code, `cannot read: ${systemProblem(error)}`, { place: { file }, hint })
  }
}
