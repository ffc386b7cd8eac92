import {
  checkPolicy,
  checkToolAuth,
  crossCheckTools,
  definePolicy,
  ToolAuthRequirements,
  type BundlePolicy,
} from '@sallyport/fleet'
import { Command } from 'commander'
import { readOneBundle, readPayloadFile } from '../../bundle/read-source.ts'
import { CliError } from '../../cli-error.ts'
import { action, type Context } from '../../context.ts'
import type { ExitName } from '../../exit-codes.ts'
import { collect } from '../../options.ts'
import { readNamedFile } from '../../read-named-file.ts'
import { teach } from '../../teach.ts'

interface CheckOptions {
  readonly policy?: string
  readonly oauth?: string[]
}

/** `sallyport bundle check`. */
export function createCheckCommand(): Command {
  const command = new Command('check')
    .summary('hold a bundle to a policy, and its tools to this environment')
    .description(
      'Checks a bundle against a policy: MCP hosts, approvals that must stay, models, sizes, keys in files. Of a payload, it also checks that the credentials its tools need are here; only their presence is looked at.',
    )
    .argument('<bundle>', 'ZIP archive, payload or folder')
    .option('--policy <file>', 'policy as JSON (default: "policy" of the configuration, else the built-in rules)')
    .option('--oauth <provider:scope,…>', 'a connected OAuth provider with its scopes; may be repeated', collect)
    .action(action(check))
  return teach(command, {
    examples: [
      ['bundle check agent.zip --policy policy.json', 'for a pipeline'],
      ['bundle check payload.json --oauth google:calendar.readonly', 'credentials, too'],
    ],
    exits: {
      no: 'an error was found, a credential is missing, or the bundle was refused',
      configuration: 'the policy is wrong',
    },
  })
}

async function check(
  { output, cwd, env, config }: Context,
  options: CheckOptions,
  file: string,
): Promise<ExitName | undefined> {
  const policy =
    options.policy === undefined ? definePolicy(config.policy ?? {}) : await readPolicy(cwd, options.policy)
  const bundle = await readOneBundle(file, cwd)
  const report = checkPolicy(bundle, policy)
  const payload = await readPayloadFile(file, cwd)
  const requirements = payload && ToolAuthRequirements.safeParse(payload['tool_auth_requirements'] ?? [])
  if (requirements?.success === false)
    throw new CliError('no', 'PAYLOAD_INVALID', `${file}: tool_auth_requirements does not have the documented form`)
  const readiness = requirements && checkToolAuth(requirements.data, { env, oauth: readOauth(options.oauth) })
  const crossed = requirements && crossCheckTools(bundle, requirements.data)
  const ok = report.ok && readiness?.ready !== false
  const { findings, omitted } = report
  const { toTable, exitCode: _exit, ...tools } = readiness ?? {}
  const text = [
    output.style(ok ? 'green' : 'red', ok ? '✓ keeps to the policy' : '✗ not as it should be'),
    report.toText(),
    ...(toTable ? [toTable()] : []),
  ]
  output.result(
    {
      ok,
      file,
      digest: bundle.digest,
      findings,
      omitted,
      ...(readiness ? { auth: tools, tools: crossed } : undefined),
    },
    text.filter((part) => part !== '').join('\n'),
  )
  return ok ? undefined : 'no'
}

async function readPolicy(cwd: string, name: string): Promise<BundlePolicy> {
  const text = (await readNamedFile(cwd, name, '--policy')).toString()
  try {
    return definePolicy(JSON.parse(text) as BundlePolicy)
  } catch (error) {
    if (error instanceof SyntaxError) throw new CliError('configuration', 'POLICY_INVALID', `${name} is not JSON`)
    throw error
  }
}

function readOauth(given: readonly string[] = []): Record<string, string[]> {
  return Object.fromEntries(
    given.map((text): [string, string[]] => {
      const [provider = '', scopes = ''] = text.split(':', 2)
      return [provider, scopes.split(',').filter((scope) => scope !== '')]
    }),
  )
}
