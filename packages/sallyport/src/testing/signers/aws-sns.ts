import { createPrivateKey, sign } from 'node:crypto'
import type { Signer } from './signer.ts'

/** SNS writes the signature into the body: RSA with SHA-256, version 2. The secret is the private key, as PEM. */
export const awsSns: Signer = ({ body, secrets }) => {
  const text = Buffer.from(body).toString()
  if (!text.startsWith('{')) return { headers: {} }
  const message = JSON.parse(text) as Record<string, string>
  const region = message['TopicArn']?.split(':')[3] ?? 'us-east-1'
  const names = Object.keys(message).filter(
    (name) => !/^(?:Unsubscribe|Signing|Signature|MessageAttributes)/.test(name),
  )
  const signedText = names
    .toSorted()
    .map((name) => `${name}\n${message[name]}\n`)
    .join('')
  const signed = {
    ...message,
    SignatureVersion: '2',
    Signature: sign('sha256', Buffer.from(signedText), createPrivateKey(secrets[0]!)).toString('base64'),
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem`,
  }
  return {
    headers: { 'Content-Type': 'text/plain; charset=UTF-8', 'x-amz-sns-message-type': message['Type'] ?? '' },
    body: Buffer.from(JSON.stringify(signed)),
  }
}
