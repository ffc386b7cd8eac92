/** A topic: partition, region, account and name. */
export const topicForm = /^arn:(aws|aws-cn|aws-us-gov):sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[\w-]{1,256}(?:\.fifo)?$/

// Regions that have a certificate of their own: AWS SDK for Java v2, `SnsHostProvider`, read 29 November 2026.
const ownName = new Set(
  'ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 me-south-1 me-central-1 eu-south-1 eu-south-2 eu-central-2 af-south-1 il-central-1 ca-west-1 mx-central-1'.split(
    ' ',
  ),
)

/** Where a region publishes its certificate, and for which name. */
export function placeOf(topic: string): { readonly host: string; readonly name: string } {
  const [, partition, region = ''] = topicForm.exec(topic)!
  if (partition === 'aws-cn') return { host: `sns.${region}.amazonaws.com.cn`, name: `sns-${region}.amazonaws.com.cn` }
  const host = `sns.${region}.amazonaws.com`
  if (partition === 'aws-us-gov') return { host, name: 'sns-us-gov-west-1.amazonaws.com' }
  return { host, name: ownName.has(region) ? `sns-signing.${region}.amazonaws.com` : 'sns.amazonaws.com' }
}
