// The library that @sendgrid/eventwebhook verifies with has no types.
declare module 'starkbank-ecdsa' {
  interface PrivateKey {
    readonly curve: unknown
  }
  export const PrivateKey: { fromPem(pem: string): PrivateKey }
  export const Ecdsa: { sign(message: string, key: PrivateKey): { toBase64(): string } }
}
