#!/usr/bin/env python3
"""ephemeral-containers.py SOURCE: gives pods/ephemeralcontainers of Kubernetes 1.20 the shape that it has since 1.22, where it reads and writes a Pod,
and lets an ephemeral container carry a securityContext, as since 1.23. Clients of today then work unchanged."""
import os
import sys

source = sys.argv[1]


def edit(path, change):
    path = os.path.join(source, path)
    with open(path) as file:
        text = file.read()
    changed = change(text)
    assert changed != text, path
    with open(path, "w") as file:
        file.write(changed)


def storage(text):
    start = text.find("// Get of this endpoint will return the list of ephemeral containers in this pod")
    assert start > 0
    return text[:start] + """// Get returns the whole Pod
func (r *EphemeralContainersREST) Get(ctx context.Context, name string, options *metav1.GetOptions) (runtime.Object, error) {
	if !utilfeature.DefaultFeatureGate.Enabled(features.EphemeralContainers) {
		return nil, errors.NewBadRequest("feature EphemeralContainers disabled")
	}
	return r.store.Get(ctx, name, options)
}

// New is a Pod: that is what this subresource carries
func (r *EphemeralContainersREST) New() runtime.Object {
	return &api.Pod{}
}

// Update changes only spec.ephemeralContainers and never creates
func (r *EphemeralContainersREST) Update(ctx context.Context, name string, objInfo rest.UpdatedObjectInfo, createValidation rest.ValidateObjectFunc, updateValidation rest.ValidateObjectUpdateFunc, forceAllowCreate bool, options *metav1.UpdateOptions) (runtime.Object, bool, error) {
	if !utilfeature.DefaultFeatureGate.Enabled(features.EphemeralContainers) {
		return nil, false, errors.NewBadRequest("feature EphemeralContainers disabled")
	}
	return r.store.Update(ctx, name, objInfo, createValidation, updateValidation, false, options)
}
"""


def strategy(text):
    mark = "var EphemeralContainersStrategy = podEphemeralContainersStrategy{Strategy}\n"
    assert mark in text
    return text.replace(mark, mark + """
// PrepareForUpdate keeps everything but the ephemeral containers as it was
func (podEphemeralContainersStrategy) PrepareForUpdate(ctx context.Context, obj, old runtime.Object) {
	newPod := obj.(*api.Pod)
	oldPod := old.(*api.Pod)
	pod := oldPod.DeepCopy()
	pod.Name, pod.Namespace, pod.UID, pod.ResourceVersion = newPod.Name, newPod.Namespace, newPod.UID, newPod.ResourceVersion
	pod.Spec.EphemeralContainers = newPod.Spec.EphemeralContainers
	*newPod = *pod
	podutil.DropDisabledPodFields(newPod, oldPod)
}
""")


def validation(text):
    mark = "var allowedEphemeralContainerFields = map[string]bool{\n"
    assert mark in text
    return text.replace(mark, mark + '\t"SecurityContext":          true,\n')


edit("pkg/registry/core/pod/storage/storage.go", storage)
edit("pkg/registry/core/pod/strategy.go", strategy)
edit("pkg/apis/core/validation/validation.go", validation)
