{{- /* What the controller does in the namespaces whose policies it follows, and nothing else. */}}
{{- define "slogate.rules" -}}
{{- $allow := .Values.allow -}}
- apiGroups: [slogate.dev]
  resources: [rolloutpolicies, servicelevelobjectives]
  verbs: [get, list, watch]
- apiGroups: [slogate.dev]
  resources: [rolloutpolicies/status]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list]
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
- apiGroups: [""]
  resources: [services]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- if $allow.managed }}
- apiGroups: [apps] # the baseline Deployment, the canary's scale, promotion
  resources: [deployments]
  verbs: [create, patch]
- apiGroups: [""] # the tracks' Services
  resources: [services]
  verbs: [create]
{{- end }}
{{- if $allow.httpRoute }}
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, patch]
{{- end }}
{{- if $allow.virtualService }}
- apiGroups: [networking.istio.io]
  resources: [virtualservices]
  verbs: [get, list, watch, patch]
{{- end }}
{{- if $allow.ingress }}
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list, watch, create, patch]
{{- end }}
{{- with $allow.prometheusSecrets }}
{{- include "slogate.getRule" (dict "resource" "secrets" "any" .any "names" .names "why" "credentials for Prometheus") }}
{{- end }}
{{- include "slogate.trackedRules" (dict "resource" "configmaps" "tracked" $allow.trackedConfigMaps "managed" $allow.managed) }}
{{- include "slogate.trackedRules" (dict "resource" "secrets" "tracked" $allow.trackedSecrets "managed" $allow.managed) }}
{{- end }}

{{- define "slogate.getRule" -}}
{{- if or .any .names }}
- apiGroups: [""] # {{ .why }}
  resources: [{{ .resource }}]
  verbs: [get]
{{- with .names }}
  resourceNames: {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}

{{- /* A managed baseline reads copies of tracked objects; the copy of x is x-baseline. */}}
{{- define "slogate.trackedRules" -}}
{{- $tracked := .tracked }}
{{- $copies := list }}
{{- range $tracked.names }}
{{- $copies = append $copies (printf "%s-baseline" .) }}
{{- end }}
{{- $why := printf "tracked %s" (ternary "Secrets" "ConfigMaps" (eq .resource "secrets")) }}
{{- $read := ternary (concat $tracked.names $copies) $tracked.names .managed }}
{{- include "slogate.getRule" (dict "resource" .resource "any" $tracked.any "names" $read "why" $why) }}
{{- if and .managed (or $tracked.any $tracked.names) }}
- apiGroups: [""] # their copies; the right to create cannot be limited by name
  resources: [{{ .resource }}]
  verbs: [create]
- apiGroups: [""]
  resources: [{{ .resource }}]
  verbs: [update]
{{- with $copies }}
  resourceNames: {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}
