/** Policies of VPC endpoints. They authorize requests and stop no packet; of all that they may say, only the two extremes are read here
 *  (R-GWE-7). https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html */

/** The policy that AWS writes where nobody does; one that was not read is not judged. */
export const allowsEverything = (policy: string | undefined): boolean => hasStatementOnAll(policy, 'Allow')

/** Every request is refused, whatever else is allowed. */
export const deniesEverything = (policy: string | undefined): boolean => hasStatementOnAll(policy, 'Deny')

const hasStatementOnAll = (policy: string | undefined, effect: 'Allow' | 'Deny'): boolean => {
  if (policy === undefined) return false
  try {
    const { Statement } = JSON.parse(policy) as { Statement?: unknown }
    return [Statement].flat().some((each) => {
      const { Effect, Principal, Action, Resource, Condition } = (each ?? {}) as Record<string, unknown>
      const isAny = (value: unknown): boolean => [value].flat().includes('*')
      const isAnybody = isAny(Principal) || isAny((Principal as { AWS?: unknown } | undefined)?.AWS)
      return Effect === effect && isAnybody && isAny(Action) && isAny(Resource) && isEmpty(Condition)
    })
  } catch {
    return false
  }
}

const isEmpty = (condition: unknown): boolean =>
  condition === undefined || condition === null || Object.keys(condition).length === 0
