;; Imports of which one has another name and one another type than mathlib's exports.
(module
  (import "env" "ad" (func (param i32 i32) (result i32)))
  (import "env" "half" (func (param i32) (result i32)))
  (func (export "answer") (result i32) (i32.const 42)))
