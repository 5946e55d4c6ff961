/** The wire formats of AWS services, as far as tests speak them: https://smithy.io/2.0/aws/protocols/index.html */
/** Services that answer in XML; the others do in JSON. */
const IN_XML: ReadonlySet<string> = new Set(['ec2', 'elasticloadbalancing', 'rds', 'sts', 'redshift', 'elasticache'])

export const errorBody = (
  service: string,
  { error, message = `${error} by the test` }: { readonly error: string; readonly message?: string },
): { readonly text: string; readonly headers: Readonly<Record<string, string>> } => {
  const said = `<Code>${error}</Code><Message>${message}</Message>`
  if (service === 'ec2')
    return {
      text: `<?xml version="1.0"?><Response><Errors><Error>${said}</Error></Errors><RequestID>${requestId()}</RequestID></Response>`,
      headers: { 'content-type': 'text/xml' },
    }
  if (IN_XML.has(service))
    return {
      text: `<ErrorResponse><Error><Type>Sender</Type>${said}</Error><RequestId>${requestId()}</RequestId></ErrorResponse>`,
      headers: { 'content-type': 'text/xml' },
    }
  return {
    text: JSON.stringify({ __type: error, message }),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': error },
  }
}

let requests = 0
const requestId = (): string => `00000000-0000-0000-0000-${String(++requests).padStart(12, '0')}`

/** That there is nothing. */
export const emptyAnswer = ({
  service,
  operation,
}: {
  readonly service: string
  readonly operation: string
}): { readonly text: string; readonly type: string } =>
  IN_XML.has(service)
    ? {
        text: `<${operation}Response><${operation}Result/><requestId>${requestId()}</requestId></${operation}Response>`,
        type: 'text/xml',
      }
    : { text: '{}', type: 'application/x-amz-json-1.1' }

/** An answer of EC2 made of the JSON that the AWS CLI prints for it: `{ Vpcs: [..] }` -> `<vpcSet><item>..`. */
export const inEc2Xml = (operation: string, answer: object, names: Readonly<Record<string, string>> = {}): string => {
  const spelled = (name: string, isList: boolean): string => {
    const plain = isList ? `${name.replace(/s$/, '')}Set` : name
    return names[name] ?? plain.charAt(0).toLowerCase() + plain.slice(1)
  }
  const element = (name: string, value: unknown): string => {
    if (Array.isArray(value))
      return `<${spelled(name, true)}>${value.map((item) => `<item>${content(item)}</item>`).join('')}</${spelled(name, true)}>`
    return `<${spelled(name, false)}>${content(value)}</${spelled(name, false)}>`
  }
  const content = (value: unknown): string =>
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([name, field]) => element(name, field))
          .join('')
      : String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<${operation}Response><requestId>${requestId()}</requestId>${content(answer)}</${operation}Response>`
}

/** One page of an answer of EC2 that lists everything: its items from the token on, as many as were asked for and no more than `most`. */
export const pageOf = (xml: string, parameters: URLSearchParams, most: number): string => {
  const asked = parameters.get('MaxResults')
  if (asked === null) return xml
  const list = longestList(xml)
  if (list === undefined) return xml
  const from = Number(parameters.get('NextToken') ?? 0)
  const to = from + Math.min(Number(asked), most)
  const token = to < list.items.length ? `<nextToken>${to}</nextToken>` : ''
  const rest = xml.slice(list.end).replace(/<nextToken>[^<]*<\/nextToken>|<nextToken\/>/, '')
  return (
    xml.slice(0, list.start) +
    list.items.slice(from, to).join('') +
    rest.replace(/<\/\w+Response>\s*$/, (close) => token + close)
  )
}

/** The items of the first list that stands directly below the root. */
const longestList = (
  xml: string,
): { readonly start: number; readonly end: number; readonly items: readonly string[] } | undefined => {
  const tag = /<(\/?)([\w:]+)[^>]*?(\/?)>/g
  let depth = 0
  let itemStart = 0
  let start = -1
  const items: string[] = []
  for (let match = tag.exec(xml); match !== null; match = tag.exec(xml)) {
    const [, closes, name, empty] = match
    if (closes === '/') {
      depth--
      if (depth === 2 && name === 'item' && start >= 0) items.push(xml.slice(itemStart, tag.lastIndex))
      if (depth === 1 && start >= 0) return { start, end: match.index, items }
    } else if (empty !== '/') {
      if (depth === 2 && name === 'item') {
        if (start < 0) start = match.index
        itemStart = match.index
      }
      depth++
    }
  }
  return undefined
}
