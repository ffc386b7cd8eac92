const environment = /^(?:\.env(?:rc|\..+)?|.+\.env)$/i
const withoutValues =
  /^(?:\.env\.(?:.*\.)?(?:example|sample|template|dist|defaults)|(?:.*\.)?(?:example|sample|template)\.env)$/i

/**
 * Whether a file sets variables, by its name: `.env`, `.env.production`, `prod.env`, `.envrc`, in any folder. Not one that only
 * names variables, such as `.env.example`.
 */
export function isEnvFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return environment.test(name) && !withoutValues.test(name)
}
