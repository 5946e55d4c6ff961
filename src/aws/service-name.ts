/** What VPC endpoints call the service behind them: `com.amazonaws.<region>.<service>` where it is Amazon's,
 *  `com.amazonaws.vpce.<region>.vpce-svc-<id>` where a customer shares it by PrivateLink.
 *  https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html */

/** `com.amazonaws.eu-west-1.s3` -> `s3`; other text in lower case. */
export const serviceName = (text: string): string =>
  text.toLowerCase().replace(/^(?:cn\.)?com\.amazonaws\.[a-z0-9-]+\./, '')

/** `com.amazonaws.vpce.eu-west-1.vpce-svc-1` -> `eu-west-1`; undefined for other text. */
export const serviceRegion = (name: string | undefined): string | undefined =>
  /^(?:cn\.)?com\.amazonaws\.(?:vpce\.)?([a-z]+(?:-[a-z]+)+-\d+)\./.exec(name ?? '')?.[1]

export const isCustomerService = (name: string | undefined): boolean => name?.includes('.vpce-svc-') ?? false

/** Whether it is Amazon's own: `service`, such as `s3` or `ecr.api`, or any. */
export const isAmazonService = (name: string | undefined, service?: string): boolean =>
  name !== undefined &&
  name !== '' &&
  !isCustomerService(name) &&
  (service === undefined || name.toLowerCase().endsWith(`.${service}`))
