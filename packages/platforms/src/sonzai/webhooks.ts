import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'
import { PlatformError } from '../platform-error.ts'
import { SecretAnswer, SonzaiAnswer, SonzaiDeliveryAttempts, SonzaiWebhookList } from './schemas.ts'
import type { SonzaiDeliveryAttempt, SonzaiWebhook } from './schemas.ts'

/** A Sonzai webhook to register. */
export interface SonzaiWebhookOptions {
  /** The URL that receives the events; https in production. */
  readonly webhookUrl: string
  /** Sent as it is in `Authorization` with every delivery, beside the signature. */
  readonly authHeader?: string | undefined
}

/** The answer to `register` and `rotateSecret`; unknown fields are kept. */
export interface SecretResult {
  readonly success?: boolean | null | undefined
  /** The signing secret. Sonzai shows it once: at the first `register` and at each rotation. */
  readonly secret?: string | undefined
  readonly [field: string]: unknown
}

/** Selects delivery attempts. */
export interface AttemptsOptions {
  /** Attempts per page, 1 to 500. @default the platform's */
  readonly pageSize?: number | undefined
  /** `next_cursor` of the previous page. */
  readonly cursor?: string | undefined
}

/** A page of delivery attempts. */
export interface AttemptsPage {
  readonly attempts: readonly SonzaiDeliveryAttempt[]
  readonly has_more?: boolean | null | undefined
  readonly next_cursor?: string | null | undefined
}

/** Webhooks: one URL per event type, of the tenant or of a project. */
export interface SonzaiWebhooks {
  /**
   * Registers the webhook of an event type, or changes it. Only the first call returns the secret. The call is retried; if
   * the first answer was lost, the retry returns no secret: call `rotateSecret` then.
   */
  register(eventType: string, options: SonzaiWebhookOptions, call?: CallOptions): Promise<SecretResult>
  list(call?: CallOptions): Promise<{ readonly webhooks: readonly SonzaiWebhook[] }>
  delete(eventType: string, call?: CallOptions): Promise<void>
  /** Lists one page of the delivery attempts of an event type. */
  listDeliveryAttempts(eventType: string, options?: AttemptsOptions, call?: CallOptions): Promise<AttemptsPage>
  /** Iterates over all attempts and fetches pages as needed. */
  iterateDeliveryAttempts(
    eventType: string,
    options?: AttemptsOptions,
    call?: CallOptions,
  ): AsyncGenerator<SonzaiDeliveryAttempt, void, undefined>
  /**
   * Creates a new secret; the old one is invalid at once. Never retried. `rotateWithOverlap` accepts both for a while.
   *
   * @throws PlatformError `SECRET_NOT_GIVEN` when the answer has none
   */
  rotateSecret(eventType: string, call?: CallOptions): Promise<SecretResult & { readonly secret: string }>

  registerForProject(
    projectId: string,
    eventType: string,
    options: SonzaiWebhookOptions,
    call?: CallOptions,
  ): Promise<SecretResult>
  listForProject(projectId: string, call?: CallOptions): Promise<{ readonly webhooks: readonly SonzaiWebhook[] }>
  deleteForProject(projectId: string, eventType: string, call?: CallOptions): Promise<void>
  listDeliveryAttemptsForProject(
    projectId: string,
    eventType: string,
    options?: AttemptsOptions,
    call?: CallOptions,
  ): Promise<AttemptsPage>
  iterateDeliveryAttemptsForProject(
    projectId: string,
    eventType: string,
    options?: AttemptsOptions,
    call?: CallOptions,
  ): AsyncGenerator<SonzaiDeliveryAttempt, void, undefined>
  rotateSecretForProject(
    projectId: string,
    eventType: string,
    call?: CallOptions,
  ): Promise<SecretResult & { readonly secret: string }>
}

/** Creates the calls for the tenant and for projects; only the first part of the path differs. */
export function createWebhooks(transport: Transport): SonzaiWebhooks {
  const tenant = scopeTo(transport, ['webhooks'], '')
  const project = (id: string): Scope => scopeTo(transport, ['projects', id, 'webhooks'], 'ForProject')
  return {
    ...tenant,
    registerForProject: (id, ...rest) => project(id).register(...rest),
    listForProject: (id, ...rest) => project(id).list(...rest),
    deleteForProject: (id, ...rest) => project(id).delete(...rest),
    listDeliveryAttemptsForProject: (id, ...rest) => project(id).listDeliveryAttempts(...rest),
    iterateDeliveryAttemptsForProject: (id, ...rest) => project(id).iterateDeliveryAttempts(...rest),
    rotateSecretForProject: (id, ...rest) => project(id).rotateSecret(...rest),
  }
}

type Scope = Pick<
  SonzaiWebhooks,
  'register' | 'list' | 'delete' | 'listDeliveryAttempts' | 'iterateDeliveryAttempts' | 'rotateSecret'
>

function scopeTo(transport: Transport, path: readonly string[], suffix: string): Scope {
  const nameOf = (method: string): string => `webhooks.${method}${suffix}`
  const scope: Scope = {
    register: (eventType, { webhookUrl, authHeader }, call) =>
      transport(
        {
          operation: nameOf('register'),
          method: 'PUT',
          path: [...path, eventType],
          body: { webhook_url: webhookUrl, auth_header: authHeader },
          secrets: [authHeader],
          answer: SecretAnswer,
        },
        call,
      ),
    list: (call) => transport({ operation: nameOf('list'), method: 'GET', path, answer: SonzaiWebhookList }, call),
    async delete(eventType, call) {
      const operation = nameOf('delete')
      await transport({ operation, method: 'DELETE', path: [...path, eventType], answer: SonzaiAnswer }, call)
    },
    listDeliveryAttempts: (eventType, { pageSize, cursor } = {}, call) =>
      transport(
        {
          operation: nameOf('listDeliveryAttempts'),
          method: 'GET',
          path: [...path, eventType, 'attempts'],
          query: { page_size: pageSize, cursor },
          answer: SonzaiDeliveryAttempts,
        },
        call,
      ),
    async *iterateDeliveryAttempts(eventType, { pageSize, cursor } = {}, call) {
      const seen = new Set<string>()
      for (let next = cursor; ;) {
        const page = await scope.listDeliveryAttempts(eventType, { pageSize, cursor: next }, call)
        yield* page.attempts
        if (page.has_more !== true || !page.next_cursor) return
        next = page.next_cursor
        if (seen.has(next)) throw repeated(nameOf('listDeliveryAttempts'))
        seen.add(next)
      }
    },
    async rotateSecret(eventType, call) {
      const operation = nameOf('rotateSecret')
      const parts = [...path, eventType, 'rotate-secret']
      const answer = await transport({ operation, method: 'POST', path: parts, answer: SecretAnswer }, call)
      if (answer.secret === undefined) throw new PlatformError('SECRET_NOT_GIVEN', { platform: 'sonzai', operation })
      return { ...answer, secret: answer.secret }
    },
  }
  return scope
}

// Continuing would never end.
function repeated(operation: string): PlatformError {
  const detail = 'the platform returned the same cursor twice'
  return new PlatformError('PLATFORM_RESPONSE_INVALID', { platform: 'sonzai', operation, detail })
}
