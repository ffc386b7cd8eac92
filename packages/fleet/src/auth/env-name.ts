const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

// Variables that control the process that reads them, or its children: search paths, preloads, options of runtimes, trust
// stores, proxies, shells. A sender must not be able to ask for one of these.
const forbiddenNames = new Set(
  `PATH PATHEXT ENV IFS CDPATH ZDOTDIR BASH_ENV BASHOPTS SHELLOPTS PS4 PROMPT_COMMAND GLOBIGNORE
  SHELL COMSPEC HOME USER LOGNAME USERNAME USERPROFILE PWD OLDPWD TMPDIR TMP TEMP
  SYSTEMROOT WINDIR APPDATA LOCALAPPDATA PROGRAMDATA PSMODULEPATH EDITOR VISUAL PAGER LESSOPEN LESSCLOSE BROWSER
  PERL5LIB PERLLIB PERL5OPT PERL5DB RUBYOPT RUBYLIB CLASSPATH JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_OPTS
  MAVEN_OPTS GRADLE_OPTS PHPRC PHP_INI_SCAN_DIR LUA_INIT LUA_PATH LUA_CPATH GEM_HOME GEM_PATH BUNDLE_GEMFILE MAKEFLAGS
  GOFLAGS RUSTC_WRAPPER ELECTRON_RUN_AS_NODE VIRTUAL_ENV BUN_OPTIONS DENO_CERT
  HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY FTP_PROXY SOCKS_PROXY GRPC_PROXY WS_PROXY WSS_PROXY
  SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE CURL_HOME AWS_CA_BUNDLE
  GRPC_DEFAULT_SSL_ROOTS_FILE_PATH
  OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES SSH_ASKPASS SSH_AUTH_SOCK SUDO_ASKPASS
  GCONV_PATH LOCPATH NLSPATH TERMINFO TERMINFO_DIRS HOSTALIASES LOCALDOMAIN RES_OPTIONS GLIBC_TUNABLES KUBECONFIG DOCKER_HOST`
    .trim()
    .split(/\s+/),
)

const forbiddenPrefixes = [
  'LD_',
  'DYLD_',
  'NODE_',
  'NPM_CONFIG_',
  'PNPM_CONFIG_',
  'YARN_',
  'COREPACK_',
  'TS_NODE_',
  'PYTHON',
  'GIT_',
  'BASH_FUNC_',
  'MALLOC_',
  'XDG_',
  'UV_',
  'PIP_',
  'DOTNET_',
  'CORECLR_',
  'COR_',
]

/**
 * Whether a tool may ask for a variable of this name. `invalid`: not a plain identifier of at most 128 characters.
 * `forbidden`: it controls a process (`PATH`, `LD_PRELOAD`, `NODE_OPTIONS`, …, in upper or lower case).
 */
export function judgeEnvName(name: string): 'usable' | 'invalid' | 'forbidden' {
  if (!identifier.test(name)) return 'invalid'
  const upper = name.toUpperCase()
  const isForbidden = forbiddenNames.has(upper) || forbiddenPrefixes.some((prefix) => upper.startsWith(prefix))
  return isForbidden ? 'forbidden' : 'usable'
}
