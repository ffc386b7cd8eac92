import { describe, expect, it } from 'vitest'
import { judgeEnvName } from './env-name.ts'

describe('judgeEnvName', () => {
  it.each([
    'TAVILY_API_KEY',
    'openai_key',
    '_X',
    'AWS_SECRET_ACCESS_KEY',
    'PATHWAY_KEY',
    'HOMEPAGE_TOKEN',
    'LDAP_PASSWORD',
  ])('accepts %s', (name) => expect(judgeEnvName(name)).toBe('usable'))

  const steering = `PATH Path LD_PRELOAD ld_library_path DYLD_INSERT_LIBRARIES NODE_OPTIONS node_options PYTHONPATH ENV IFS
    NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED PYTHONSTARTUP BASH_ENV PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS
    GIT_SSH_COMMAND HTTP_PROXY https_proxy ALL_PROXY NO_PROXY SHELL HOME USER TMPDIR npm_config_registry SSL_CERT_FILE
    ZDOTDIR LESSOPEN LUA_PATH LUA_CPATH GEM_PATH BUNDLE_GEMFILE MAKEFLAGS AWS_CA_BUNDLE GRPC_PROXY BUN_OPTIONS DENO_CERT`
  it.each(steering.split(/\s+/))('forbids %s', (name) => expect(judgeEnvName(name)).toBe('forbidden'))

  it.each(['', ' ', 'A B', 'A=B', 'A\nB', 'A\n', '1A', 'A-B', 'ÄPFEL', '__proto__.x', '$(id)', 'A\0', 'A'.repeat(129)])(
    'rejects %j',
    (name) => expect(judgeEnvName(name)).toBe('invalid'),
  )
})
