/** The network that a command asks about: the snapshot that was chosen, with the tiers that ./ztnet.yaml declares. */
import { compile, type Compiled } from '../aws/compile.ts'
import { Network } from '../network/network.ts'
import type { Policy } from '../policy/policy.ts'
import { choosePolicy, hasPolicy, POLICY_FILE, textOfFile } from './policy-choice.ts'
import { chooseSnapshot } from './snapshot-choice.ts'

/** Throws `ZtnetError`. */
export const chooseNetwork = async (snapshot: string | undefined): Promise<Compiled> => {
  const compiled = compile(new Network(await chooseSnapshot(snapshot)))
  if (!hasPolicy()) return compiled
  const { glanceAt } = await import('../policy/policy-file.ts')
  const text = textOfFile(POLICY_FILE, { code: 'POLICY_UNREADABLE', hint: 'Mend it, or work in another folder.' })
  if (!glanceAt(text, POLICY_FILE).declaresTiers) return compiled
  const declare = await tiersDeclaredBy(await choosePolicy(undefined))
  declare(compiled)
  return compiled
}

/** Tells a network what tiers a policy has, which hold for whatever is asked. What it takes for that is loaded only for a policy that has
 *  some. */
export const tiersDeclaredBy = async (policy: Policy): Promise<(compiled: Compiled) => void> => {
  if (policy.tiers.size === 0) return () => {}
  const [{ declarePolicyTiers }, { Selections }] = await Promise.all([
    import('../policy/crowd.ts'),
    import('../policy/selection.ts'),
  ])
  return (compiled) => declarePolicyTiers(compiled.network, policy, new Selections(compiled, policy))
}
