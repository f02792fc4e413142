{{- /* What the controller does in the namespaces whose policies it follows, and nothing else. */}}
{{- define "slogate.rules" -}}
{{- $allow := .Values.allow -}}
- apiGroups: [slogate.dev]
  resources: [rolloutpolicies, servicelevelobjectives]
  verbs: [get, list, watch]
- apiGroups: [slogate.dev] # the finalizer
  resources: [rolloutpolicies]
  verbs: [patch]
- apiGroups: [slogate.dev]
  resources: [rolloutpolicies/status]
  verbs: [update]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch]
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- if $allow.managed }}
- apiGroups: [apps] # the canary's Deployment; the label and the pause of the user's
  resources: [deployments]
  verbs: [create, patch, delete]
- apiGroups: [""] # the canary's Services
  resources: [services]
  verbs: [create, patch]
{{- if not .Values.namespaced }}
- apiGroups: [admissionregistration.k8s.io] # to know whether new revisions are held
  resources: [mutatingadmissionpolicies, mutatingadmissionpolicybindings]
  verbs: [get]
  resourceNames: [hold.slogate.dev]
{{- end }}
{{- end }}
{{- if $allow.httpRoute }}
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, list, watch, patch]
{{- end }}
{{- if $allow.grpcRoute }}
- apiGroups: [gateway.networking.k8s.io]
  resources: [grpcroutes]
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
{{- if $allow.statefulSet }}
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch]
{{- end }}
{{- if $allow.coverage }}
- apiGroups: [""] # to say what covers production's pods and misses the canary's
  resources: [services]
  verbs: [list]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [list]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [list]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [list]
- apiGroups: [monitoring.coreos.com]
  resources: [podmonitors, servicemonitors]
  verbs: [list]
{{- end }}
{{- with $allow.prometheusSecrets }}
{{- if or .any .names }}
- apiGroups: [""] # credentials for Prometheus
  resources: [secrets]
  verbs: [get]
{{- with .names }}
  resourceNames: {{ toJson . }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
