import { randomBytes } from 'node:crypto'
import type { Answers } from './choices.ts'

const urls: Readonly<Record<string, string>> = {
  postgres: 'DATABASE_URL=postgres://postgres:postgres@localhost:5432/postgres',
  redis: 'REDIS_URL=redis://localhost:6379',
}

/** `.env` with made up secrets, and `.env.example`, the same without them. */
export function createEnvironment({ senders, store }: Answers): { readonly env: string; readonly example: string } {
  const write = (secretOf: (prefix: string) => string): string =>
    [
      '# Secrets for development, made up. In production, set each to what the sender shows when you register your URL.',
      ...senders.map(({ variable, secretPrefix }) => `${variable}=${secretOf(secretPrefix)}`),
      '',
      ...(urls[store] === undefined ? [] : [urls[store]]),
      'PORT=3000',
      '# Where `sallyport send` sends to.',
      'SALLYPORT_TO=http://localhost:3000',
      '',
    ].join('\n')
  return { env: write((prefix) => prefix + randomBytes(32).toString('base64')), example: write(() => '') }
}
