import type { SallyportConfig } from './config/config-schema.ts'

export type { HookConfig, PlatformConfig, ProviderConfig, SallyportConfig } from './config/config-schema.ts'

/**
 * Declares the configuration of the `sallyport` command, with types; the default export of `sallyport.config.ts`. Secrets do
 * not stand in it, only where they are.
 *
 * @example
 * export default defineConfig({ providers: { sonzai: { secret: 'env:SONZAI_WEBHOOK_SECRET' } }, listen: { port: 3000 } })
 */
export function defineConfig(config: SallyportConfig): SallyportConfig {
  return config
}
