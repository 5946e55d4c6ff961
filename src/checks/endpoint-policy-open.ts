import { allowsEverything } from '../aws/endpoint-policy.ts'
import { isCustomerService, serviceName } from '../aws/service-name.ts'
import type { CheckContext, Check, Found } from './check.ts'
import { classesIn } from '../aws/endpoint-class.ts'
import { type Place, placeOfInterfaces, resolvePlace } from '../analysis/place.ts'
import type { Of } from '../network/network.ts'
import { ZtnetError } from '../errors.ts'
import { labelled, type Proof, proofBetween, resourceOf } from './proof.ts'

export const endpointPolicyOpen: Check = {
  id: 'endpoint-policy-open',
  severity: 'medium',
  title: 'the policy of a VPC endpoint allows everything',
  why: 'whoever gets into the VPC can carry data to any account by it, with keys of their own, although there is no way to the internet',
  docs: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html',
  mend: 'write an endpoint policy for principals and resources of your own organization or account',
  find: (context) =>
    context.compiled.network.all('vpcEndpoint').flatMap((endpoint): readonly Found[] => {
      const { VpcEndpointType: type, ServiceName: service } = endpoint.raw
      if (!['Gateway', 'Interface'].includes(type ?? '') || isCustomerService(service)) return []
      if (!allowsEverything(endpoint.raw.PolicyDocument)) return []
      const proof = usedBy(context, endpoint)
      if (!proof) return []
      return [
        {
          resource: resourceOf(endpoint, 'vpc-endpoint'),
          title: `the policy of ${labelled(context.compiled.network, endpoint.id)} allows everything, and packets reach it`,
          ...proof,
          changes: [{ do: 'restrict-endpoint', endpoint: endpoint.id, account: endpoint.account }],
        },
      ]
    }),
}

/** A packet that gets to it from its VPC. */
const usedBy = ({ compiled }: CheckContext, endpoint: Of<'vpcEndpoint'>): Proof | undefined => {
  const { network } = compiled
  const { VpcId: vpc, NetworkInterfaceIds: ids = [], VpcEndpointType: type } = endpoint.raw
  if (vpc === undefined) return undefined
  const ends: readonly Place[] =
    type === 'Gateway'
      ? servicePlace(compiled.network, serviceName(endpoint.raw.ServiceName ?? ''))
      : ids.flatMap((id) => network.interface(id) ?? []).map((each) => placeOfInterfaces([each]))
  const senders = network
    .subnetsOf(vpc)
    .flatMap(({ id }) => classesIn(network, id))
    .flatMap(({ members }) => members.slice(0, 1))
    .filter(({ id }) => !ids.includes(id))
    .slice(0, MOST_SENDERS)
  for (const to of ends.slice(0, 1))
    for (const from of senders) {
      const proof = proofBetween(compiled, placeOfInterfaces([from]), to, {}, (out) =>
        out.some(({ resource }) => resource === endpoint.id || ids.includes(resource)),
      )
      if (proof) return proof
    }
  return undefined
}

const MOST_SENDERS = 60

const servicePlace = (network: CheckContext['compiled']['network'], service: string): readonly Place[] => {
  try {
    return [resolvePlace(network, `aws:${service}`)]
  } catch (error) {
    if (error instanceof ZtnetError) return []
    throw error
  }
}
