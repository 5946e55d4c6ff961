/** What AWS writes on the interfaces that it makes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html */
import type { RawOf } from './schema.ts'

/** Nothing where somebody else made it: anybody may write such words on an interface of his own. They count where AWS made it, or where that
 *  was not read (R-ENI-6). */
export const descriptionOf = ({ RequesterManaged, Description = '' }: RawOf<'networkInterface'>): string =>
  RequesterManaged === false ? '' : Description
