// The validators are generated from the OpenAPI document of Kubernetes. They allow members that they do not know.
import { validate as deployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment'
import { validate as statefulSet } from 'kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet'
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service'
import { validate as ingress } from 'kubernetes-models/_schemas/IoK8sApiNetworkingV1Ingress'
import { validate as budget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget'

interface Validate {
  (data: unknown): boolean
  readonly errors?:
    | readonly { readonly instancePath: string; readonly message?: string; readonly params: object }[]
    | null
}

const kinds: Readonly<Record<string, unknown>> = {
  'apps/v1 Deployment': deployment,
  'apps/v1 StatefulSet': statefulSet,
  'v1 Service': service,
  'networking.k8s.io/v1 Ingress': ingress,
  'policy/v1 PodDisruptionBudget': budget,
}

/** Reports what is wrong with a manifest, and every member that Kubernetes would ignore. */
export function checkManifest(manifest: Readonly<Record<string, unknown>>): string[] {
  const kind = `${String(manifest['apiVersion'])} ${String(manifest['kind'])}`
  const validate = kinds[kind] as Validate | undefined
  if (validate === undefined) return [`no schema for ${kind}`]
  const read = new Set<string>()
  const problems = validate(watch(manifest, '', read))
    ? []
    : (validate.errors ?? []).map(({ instancePath, params }) => `${instancePath}: ${JSON.stringify(params)}`)
  const unknown = listPaths(manifest, '').filter((path) => !read.has(path))
  return [...problems, ...unknown.map((path) => `${path}: unknown`)]
}

/** A view that notes what is read of it. A validator reads every member that its schema names, and no other. */
function watch<Value>(value: Value, path: string, read: Set<string>): Value {
  if (typeof value !== 'object' || value === null) return value
  return new Proxy(value, {
    get(target, key, receiver) {
      const member: unknown = Reflect.get(target, key, receiver)
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return member
      read.add(`${path}/${key}`)
      return watch(member, `${path}/${key}`, read)
    },
  })
}

function listPaths(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => [`${path}/${key}`, ...listPaths(member, `${path}/${key}`)])
}
