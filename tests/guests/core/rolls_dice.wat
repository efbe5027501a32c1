;; Numbers of the host's random source, for modules without WASI: each call another.
(module
  (import "env" "randomi32" (func $random (result i32)))
  (func (export "roll") (result i32) (call $random))
  (func (export "two") (result i32 i32) (call $random) (call $random)))
