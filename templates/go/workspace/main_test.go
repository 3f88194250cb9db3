package main

import "testing"

func TestGreet(t *testing.T) {
	for name, want := range map[string]string{"Ada": "Hello, Ada!", "": "Hello, world!"} {
		if got := greet(name); got != want {
			t.Errorf("greet(%q) = %q, want %q", name, got, want)
		}
	}
}
