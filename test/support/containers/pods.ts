/** A probe of a container. */
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}

/** A container of a pod, as the manifests here write it. */
export interface Container {
  readonly command?: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string }
    readonly limits: { readonly cpu?: string; readonly memory: string }
  }
  readonly securityContext: object
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

/** The pod that a manifest starts. */
export interface Pod {
  readonly containers: readonly Container[]
  readonly automountServiceAccountToken: boolean
  readonly terminationGracePeriodSeconds: number
  readonly securityContext: object
  readonly volumes: readonly { readonly name: string }[]
}

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> }
  readonly spec: Pod
}

/** The pods that manifests start, with the labels they get. */
export function podsOf(manifests: readonly Readonly<Record<string, unknown>>[]) {
  return manifests.flatMap(({ metadata, spec }) => {
    const { template } = spec as { template?: Template }
    if (template === undefined) return []
    return [{ name: (metadata as { name: string }).name, labels: template.metadata.labels, pod: template.spec }]
  })
}
