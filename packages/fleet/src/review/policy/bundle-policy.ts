import { SallyportError } from 'sallyport'
import * as z from 'zod'
import { parseHostPattern } from './host-pattern.ts'

const Host = z
  .string()
  .refine(
    (text) => parseHostPattern(text) !== undefined,
    'expected a host such as "mcp.example.com" or "*.example.com:8443"',
  )
const Bytes = z.int().nonnegative()

/** The schema of a policy; a member it does not know is an error, so that a misspelt rule is not silently off. */
export const BundlePolicySchema = z.strictObject({
  mcpHosts: z.array(Host).optional(),
  httpsOnly: z.boolean().optional(),
  keepInterrupts: z
    .array(z.union([z.string().min(1), z.strictObject({ tool: z.string().min(1), server: Host.optional() })]))
    .optional(),
  models: z.array(z.string().min(1)).optional(),
  maxFileBytes: Bytes.optional(),
  maxTotalBytes: Bytes.optional(),
  maxFiles: Bytes.optional(),
  secrets: z.union([z.boolean(), z.literal('warn')]).optional(),
  envFiles: z.boolean().optional(),
})

/** What a bundle must keep to; plain data, so that it can stand in a JSON file. What is left out is not checked, but for defaults. */
export interface BundlePolicy {
  /**
   * Hosts that MCP servers may have: exact, or `*.example.com` for every subdomain. Without a port the default port of the
   * scheme is meant; `:*` is any port. An empty list allows none.
   */
  readonly mcpHosts?: readonly string[]
  /** Refuse MCP servers that are not reached by HTTPS. @default true */
  readonly httpsOnly?: boolean
  /**
   * Tools that must ask a person before they run, in the agent and in every subagent that has them. `*` stands for any
   * characters. With `server`, a host as in `mcpHosts`, only the tools of that server are meant.
   */
  readonly keepInterrupts?: readonly (string | { readonly tool: string; readonly server?: string })[]
  /** Models that the agent and its subagents may name, as `anthropic:claude-*`. */
  readonly models?: readonly string[]
  /** Bytes of one file. */
  readonly maxFileBytes?: number
  /** Bytes of all files. */
  readonly maxTotalBytes?: number
  readonly maxFiles?: number
  /** Report well-known shapes of keys in files, as errors or as warnings. @default true */
  readonly secrets?: boolean | 'warn'
  /** Accept a `.env` file at the root, which the runtime would load into its environment. @default false */
  readonly envFiles?: boolean
}

/**
 * Declares a policy, checked: unknown members, hosts that cannot be read and numbers that are no sizes are refused at start-up.
 *
 * @throws SallyportError `OPTION_INVALID` naming the member
 * @example
 * const policy = definePolicy({ mcpHosts: ['*.example.com'], keepInterrupts: ['gmail_send_*'], models: ['anthropic:*'] })
 */
export function definePolicy(policy: BundlePolicy): BundlePolicy {
  const result = BundlePolicySchema.safeParse(policy)
  if (result.success) return policy
  const [issue] = result.error.issues
  const place = issue!.path.length === 0 ? 'policy' : `policy.${issue!.path.join('.')}`
  throw new SallyportError('OPTION_INVALID', `${place}: ${issue!.message}`)
}
