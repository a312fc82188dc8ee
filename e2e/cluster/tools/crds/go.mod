// The modules whose custom resource definitions manifests are checked against (k8s/tests) and that the control plane of
// the cluster test is given. Nothing is built of them; `go mod download` brings their files, go.sum holds them still.
module garnitur.example/tools/crds

go 1.26.0

require (
	github.com/cloudnative-pg/cloudnative-pg v1.28.1
	github.com/cloudnative-pg/plugin-barman-cloud v0.15.0
	github.com/fluxcd/flagger v1.44.0
	sigs.k8s.io/gateway-api v1.4.1
)
