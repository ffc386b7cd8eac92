import type { SallyportConfig } from './config/config-schema.ts'

export type { PlatformConfig, ProviderConfig, SallyportConfig, WebhookConfig } from './config/config-schema.ts'

/**
 * Declares the configuration of the `sallyport` command, with types, as the default export of `sallyport.config.ts`. It says
 * where secrets are (`env:NAME`, `file:PATH`), never the secrets themselves.
 *
 * @example
 * export default defineConfig({ providers: { sonzai: { secret: 'env:SONZAI_WEBHOOK_SECRET' } }, listen: { port: 8080 } })
 */
export function defineConfig(config: SallyportConfig): SallyportConfig {
  return config
}
