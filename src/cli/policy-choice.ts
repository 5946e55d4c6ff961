/** Which policy a command goes by: what `--policy` names, else ./ztnet.yaml, else the one that ships with ztnet. */
import { constants } from 'node:buffer'
import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { readText } from '../collect/json-file.ts'
import { isSystemError } from '../collect/snapshot-file.ts'
import { ZtnetError } from '../errors.ts'
import type { Policy } from '../policy/policy.ts'
import { systemProblem } from './output.ts'

export const POLICY_FILE = 'ztnet.yaml'

/** Where accepted findings are kept, unless the policy or an option names another. */
export const BASELINE_FILE = 'ztnet.baseline.json'

/** Throws `ZtnetError` for a file that cannot be read, or that is no policy. */
export const choosePolicy = async (named: string | undefined): Promise<Policy> => {
  const { parsePolicy, shippedPolicy } = await import('../policy/policy-file.ts')
  const file = named ?? (existsSync(POLICY_FILE) ? POLICY_FILE : undefined)
  if (file === undefined) return shippedPolicy()
  const { CHECK_IDS } = await import('../checks/all.ts')
  const hint = 'Name a policy with --policy, or make one with ztnet init.'
  return parsePolicy(textOfFile(file, { code: 'POLICY_UNREADABLE', hint }), file, CHECK_IDS)
}

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
