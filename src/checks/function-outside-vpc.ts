import type { Check, Found } from './check.ts'
import { resourceOf } from './proof.ts'

/** No packet of such a function passes the estate, so there is none to show. */
export const functionOutsideVpc: Check = {
  id: 'lambda-outside-vpc',
  severity: 'medium',
  title: 'a function runs outside any VPC',
  why: 'it reaches the internet and public AWS endpoints without any network control, and no rule of this policy applies to it',
  docs: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html',
  mend: 'give the function subnets and security groups',
  find: ({ compiled: { network }, names }) =>
    network.all('function').flatMap((each): readonly Found[] => {
      if ((each.raw.VpcConfig?.SubnetIds ?? []).length > 0) return []
      const name = each.raw.FunctionName ?? each.id
      const subnets = network
        .all('subnet')
        .filter(
          ({ account, region, id }) =>
            account === each.account && region === each.region && names.tierOfSubnet(id) === 'private',
        )
      const [first] = subnets
      const groups = network
        .all('securityGroup')
        .filter(({ raw }) => raw.VpcId === first?.raw.VpcId && raw.GroupName === 'default')
      const [group] = groups
      return [
        {
          resource: { ...resourceOf(each, 'function'), name },
          title: `${name} runs outside any VPC`,
          ...(first &&
            group && {
              changes: [
                {
                  do: 'attach-function',
                  function: each.id,
                  vpc: first.raw.VpcId,
                  subnets: subnets.filter(({ raw }) => raw.VpcId === first.raw.VpcId).map(({ id }) => id),
                  groups: [group.id],
                },
              ],
            }),
        },
      ]
    }),
}
